// SPDX-License-Identifier: MIT
// A network turned into kernel calls: layers fused, weights packed, memory laid out. Made once for a Scorer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "device/backend.hpp"
#include "kernels/forward/convolution.hpp"
#include "kernels/forward/dense.hpp"
#include "kernels/forward/matrix_product.hpp"
#include "kernels/forward/permute.hpp"
#include "kernels/forward/pooling.hpp"
#include "kernels/forward/readout.hpp"
#include "kernels/forward/rearrange.hpp"
#include "kernels/forward/recurrence.hpp"
#include "kernels/layers.hpp"
#include "kernels/precision.hpp"
#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::inference {

// Memory that a step writes and later steps read.
struct ProgramValue {
  network::Shape shape;
  std::int64_t margin = 0;  // rows of zeros on either side that its readers need
  // A value of the whole tile has space for every sequence of the tile, the others for the one sequence being computed.
  bool of_tile = false;
  int first_step = 0;  // that first writes it, -1 for a value that crosses from the sequence steps to the tile steps
  int last_step = 0;   // the last step that reads it
  std::int64_t offset = 0;  // floats per sequence, in the tile's or the sequence's memory

  // Floats of one sequence, margins included: a multiple of 16 but not of 1024, so that rows do not share cache sets.
  std::int64_t size() const;
};

// A value as one step sees it: Flatten only changes the shape. value -1 is the packed sequences themselves.
struct Operand {
  int value = -1;
  network::Shape shape;
};

// The kernels' arguments; `weights` and the like are offsets into ForwardProgram::weights.
struct ConvolveCodesStep {
  kernels::ConvolutionShape shape;
  kernels::Epilogue epilogue;
  std::size_t filters = 0;
};
struct ConvolveStep {
  kernels::ConvolutionShape shape;
  kernels::Epilogue epilogue;
  std::size_t filters = 0;
};
struct DenseStep {
  kernels::DenseShape shape;
  std::size_t weights = 0;
};
struct PoolStep {
  kernels::PoolShape shape;
};
struct GlobalPoolStep {
  network::PoolKind kind = network::PoolKind::max;
};
struct ActivateStep {
  network::Activation activation = network::Activation::linear;
  float alpha = 1.0F;
};
struct ScaleShiftStep {
  std::size_t scale = 0, shift = 0;
  network::Activate activate;
};
struct CombineStep {  // combines input and other
  kernels::Combination combination = kernels::Combination::add;
  network::Activate activate;
};
struct ReduceStep {
  network::Reduction kind = network::Reduction::mean;
  network::Axis axis = network::Axis::positions;
};
struct TopKStep {
  network::Axis axis = network::Axis::positions;
  bool largest = true;
};
struct HardmaxStep {
  network::Axis axis = network::Axis::channels;
};
struct SoftmaxStep {
  network::Axis axis = network::Axis::channels;
};
struct LayerNormStep {
  std::size_t scale = 0, shift = 0;
  float epsilon = 0.0F;
};
struct ProductStep {  // multiplies input and other
  kernels::GroupedProduct product;
};
struct RecurrenceStep {
  kernels::RecurrenceShape shape;
  std::size_t weights = 0;
};
struct PermuteStep {
  kernels::PermutedAxes axes;
};
struct RearrangeStep {  // several steps may write parts of one value
  kernels::Rectangle from, to;
  std::int64_t rows = 0, columns = 0;
};
struct FillStep {
  float value = 0.0F;
};
struct ConstantStep {
  std::size_t values = 0;
};
struct ExpandCodesStep {};
struct TakeStep {  // takes one task's score out of a value
  std::int64_t element = 0;
  std::int64_t column = 0;
};
struct ReadoutStep {  // one term of a task
  kernels::ReadoutShape shape;
  double weight = 1.0;
  bool is_first = true;  // true for the first of the terms that meet in its columns
  std::int64_t column = 0;
};

using Operation = std::variant<ConvolveCodesStep, ConvolveStep, DenseStep, PoolStep, GlobalPoolStep, ActivateStep,
                               ScaleShiftStep, CombineStep, ReduceStep, TopKStep, HardmaxStep, SoftmaxStep,
                               LayerNormStep, ProductStep, RecurrenceStep, PermuteStep, RearrangeStep, FillStep,
                               ConstantStep, ExpandCodesStep, TakeStep, ReadoutStep>;

struct Step {
  Operation operation;
  Operand input;
  Operand output;      // value -1 for a TakeStep and a ReadoutStep
  Operand other = {};  // second operand of a CombineStep or ProductStep, addend of a ConvolveStep; else value -1
};

// On the CPU the convolutional trunk runs depth first, one sequence at a time, so that its values stay in cache; from
// the first dense layer whose value no later layer spreads over positions again, a step works on a tile of sequences,
// so that its weights are read once for all of them. On CUDA every step works on the whole batch: `sequence_steps` is
// empty.
struct ForwardProgram {
  std::vector<Step> sequence_steps;
  std::vector<Step> tile_steps;
  std::vector<ProgramValue> values;
  std::vector<float> weights;
  std::int64_t sequence_floats = 0;  // memory of the sequence being computed
  std::int64_t tile_floats = 0;      // memory per sequence of the tile
  std::int64_t columns = 0;          // numbers per sequence: one for each task, more for those with a component
};

// Layers that no task needs are left out. A batch normalisation goes into the convolution or dense layer before it (in
// double precision), an activation and a max pooling that follow are fused; normalisations elsewhere, sums and products
// take the activation after them, and a convolution the sum with an earlier value where the backend can. A transposed
// convolution is a convolution of its input with zeros between the positions. Errors: config, for a task that is not in
// the network.
ForwardProgram make_forward_program(device::Backend const& backend, network::Network const& network,
                                    std::vector<network::Task> const& tasks,
                                    kernels::Precision precision = kernels::Precision::f32);

}  // namespace shoal::inference
