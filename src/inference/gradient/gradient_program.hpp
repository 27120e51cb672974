// SPDX-License-Identifier: MIT
// A network as pairs of a forward and a backward kernel call. Nothing is fused, since the backward pass needs
// the values between the layers. Made once for a Gradient.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "device/backend.hpp"
#include "inference/score_frame.hpp"
#include "kernels/backward/accumulate.hpp"
#include "kernels/forward/convolution.hpp"
#include "kernels/forward/dense.hpp"
#include "kernels/forward/matrix_product.hpp"
#include "kernels/forward/permute.hpp"
#include "kernels/forward/pooling.hpp"
#include "kernels/forward/readout.hpp"
#include "kernels/forward/recurrence.hpp"
#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::inference {

// Memory of one sequence's value or adjoint: `margin` rows of zeros on either side, at `offset` floats.
struct GradientSlot {
  network::Shape shape;
  std::int64_t margin = 0;
  std::int64_t offset = 0;
  std::int64_t size() const { return (shape.positions + 2 * margin) * shape.channels; }
};

// A value as one step sees it (Flatten and Reshape only change the shape), with its slots.
struct DifferentiableOperand {
  int value = -1;
  network::Shape shape;
};

// The kernels' arguments, forwards and backwards; `filters` and the like are offsets into GradientProgram::weights.

// Some neighbouring taps of a convolution, as a convolution of the same input.
struct ConvolutionPart {
  kernels::ConvolutionShape shape;
  std::size_t filters = 0;
};
// A convolution's input is first spread (zeros between its rows) where forward_spread or backward_spread exceeds 1: the
// adjoint of a stride. For both directions the filters are those of the cross-correlation that is computed, taken in
// parts whose sums are added in their order (inference/gradient/filters.hpp).
struct ConvolvePair {
  kernels::ConvolutionShape forward, backward;
  std::vector<ConvolutionPart> forward_parts, backward_parts;
  std::int64_t forward_spread = 1, backward_spread = 1;
};
struct DensePair {
  kernels::DenseShape forward, backward;
  std::size_t forward_weights = 0, backward_weights = 0;
};
struct ScaleShiftPair {
  std::size_t scale = 0, shift = 0, no_shift = 0;
};
struct ActivatePair {
  network::Activation activation = network::Activation::linear;
  float alpha = 1.0F;
};
struct PoolPair {
  kernels::PoolShape shape;
};
struct GlobalPoolPair {
  network::PoolKind kind = network::PoolKind::max;
};
// The output is the sum of one Accumulation per input: additions, concatenations, slices, transpositions, means.
struct MovePair {
  std::vector<kernels::Accumulation> forward, backward;
};
struct MultiplyPair {  // a product of two inputs
  kernels::Accumulation forward, backward[2];
};
struct SoftmaxPair {
  network::Axis axis = network::Axis::channels;
};
struct LayerNormPair {
  std::size_t scale = 0, shift = 0;
  float epsilon = 1e-5F;
};
struct ReducePair {  // for the maximum over channels and log_sum_exp
  network::Reduction kind = network::Reduction::max;
  network::Axis axis = network::Axis::positions;
};
struct TopKPair {
  network::Axis axis = network::Axis::positions;
  bool largest = true;
};
struct ProductPair {  // a matrix product of two inputs
  kernels::GroupedProduct product;
};
struct RecurrencePair {
  kernels::RecurrenceShape shape;
  std::size_t weights = 0;
};
struct PermutePair {
  kernels::PermutedAxes forward, backward;
};
struct ConstantPair {  // the same values for every sequence
  std::size_t values = 0;
};

using OperationPair = std::variant<ConvolvePair, DensePair, ScaleShiftPair, ActivatePair, PoolPair, GlobalPoolPair,
                                   MovePair, MultiplyPair, SoftmaxPair, LayerNormPair, ReducePair, TopKPair,
                                   ProductPair, RecurrencePair, PermutePair, ConstantPair>;

struct DifferentiableStep {
  OperationPair operation;
  std::vector<DifferentiableOperand> inputs;
  DifferentiableOperand output;
  std::string name;             // name of the layer, for messages
  bool has_no_rescale = false;  // true if DeepLIFT's rule is not defined for it
};

// One step backwards. For each input: whether its adjoint is wanted, and whether this is the first contribution to it.
// The first contribution is written; later ones are added.
struct BackwardStep {
  int step = 0;
  std::vector<bool> is_wanted, is_first;
};

// The values that a task reads, and the way back from their adjoints to the input's.
struct BackwardProgram {
  std::vector<DifferentiableOperand> seeds;
  std::vector<BackwardStep> steps;
  bool reaches_input = false;
};

// weight times a readout of one seed.
struct GradientTerm {
  DifferentiableOperand seed;
  kernels::ReadoutShape part;
  double weight = 1.0;
};

struct GradientTask {
  std::size_t backward_program = 0;
  std::vector<GradientTerm> terms;  // their sum is the score
  bool is_component = false;        // the terms are profiles, to be weighted position by position (read_task)
  // The terms are centred softmaxes, whose weights are those of the sequence that is explained (hold_weights).
  bool holds_weights = false;
};

struct GradientProgram {
  std::vector<DifferentiableStep> steps;
  std::vector<GradientSlot> values;    // value 0 is the input
  std::vector<GradientSlot> adjoints;  // one per value
  std::vector<BackwardProgram> backward_programs;
  std::vector<GradientTask> tasks;
  std::vector<float> weights;
  std::int64_t value_floats = 0;    // floats of one sequence
  std::int64_t adjoint_floats = 0;  // floats of one sequence
  std::int64_t spread_floats = 0;   // floats of one sequence's largest spread input
  std::int64_t added_floats = 0;    // floats of one sequence's largest contribution that is added
  std::int64_t part_floats = 0;     // floats of one sequence's largest value of a convolution that is computed in parts
};

// The task as it is read: mirrored or not, a component's profiles as one term per position. Errors: internal, when a
// component is missing or has another number of positions.
GradientTask read_task(GradientTask const& planned, bool mirrored, PrincipalComponent const* component);

// Values that the terms of the tasks with `holds_weights` read of a sequence.
std::int64_t held_floats(std::vector<GradientTask> const& planned);

// From these values, term by term, each [tracks, positions]: the weights in the same order, which are p minus 1 / the
// number of values that the softmax p goes over, in double precision, rounded once. The terms of `tasks` then are sums
// with these weights, which the caller puts at `place`, in the backend's memory.
std::vector<float> hold_weights(std::vector<GradientTask> const& planned, std::span<float const> profiles,
                                float const* place, std::vector<GradientTask>& tasks);

// Layers that no task needs are left out. Errors: config, naming a layer or a task without a gradient, or an unknown
// task.
GradientProgram make_gradient_program(device::Backend const& backend, network::Network const& network,
                                      std::vector<network::Task> const& tasks);

// Rows outside `positions` input positions that a convolution with this many output positions reads, on the side where
// they are more.
std::int64_t rows_outside(kernels::ConvolutionShape const& shape, std::int64_t positions,
                          std::int64_t output_positions);

// Positions of a value with `spread` - 1 zero rows between its rows.
inline std::int64_t spread_positions(std::int64_t positions, std::int64_t spread) {
  return (positions - 1) * spread + 1;
}

}  // namespace shoal::inference
