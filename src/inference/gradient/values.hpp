// SPDX-License-Identifier: MIT
// Where a GradientProgram's values and adjoints of a gradient program lie for one tile of sequences.
#pragma once

#include "inference/gradient/gradient_program.hpp"
#include "inference/gradient/moves.hpp"
#include "kernels/backward/accumulate.hpp"
#include "kernels/forward/combine.hpp"
#include "kernels/forward/rearrange.hpp"

namespace shoal::inference {

// Memory of one tile of `capacity` sequences. It must be zero before its first use, because margins are never written
// with anything else.
struct GradientMemory {
  float* values = nullptr;
  float* reference_values = nullptr;  // values of the references, for DeepLIFT's rule
  float* adjoints = nullptr;
  float* spread = nullptr;
  float* added = nullptr;
  float* part = nullptr;
  std::int64_t capacity = 0;
};

template <class Space>
class GradientValues {
 public:
  GradientValues(Space const& space, GradientProgram const& program, float const* weights, GradientMemory const& memory)
      : space_(space), program_(program), weights_(weights), memory_(memory) {}

  // The input's value, to be filled before `forward`.
  kernels::MutableValues input(std::int64_t sequences) {
    sequences_ = sequences;
    arena_ = memory_.values;
    return value({0, program_.values.front().shape});
  }
  kernels::MutableValues reference_input(std::int64_t sequences) {
    sequences_ = sequences;
    arena_ = memory_.reference_values;
    return value({0, program_.values.front().shape});
  }

 protected:
  kernels::MutableValues view(float* arena, GradientSlot const& slot, network::Shape shape) const {
    std::int64_t const margin = slot.margin * slot.shape.channels;
    return {.data = arena + slot.offset * memory_.capacity + margin,
            .sequences = sequences_,
            .positions = shape.positions,
            .channels = shape.channels,
            .stride = slot.size(),
            .margin = margin / shape.channels};
  }
  kernels::MutableValues value(DifferentiableOperand const& operand) const {
    return view(arena_, program_.values[static_cast<std::size_t>(operand.value)], operand.shape);
  }
  kernels::ConstValues own(DifferentiableOperand const& operand) const {
    return view(memory_.values, program_.values[static_cast<std::size_t>(operand.value)], operand.shape);
  }
  kernels::ConstValues reference(DifferentiableOperand const& operand) const {
    return view(memory_.reference_values, program_.values[static_cast<std::size_t>(operand.value)], operand.shape);
  }
  kernels::MutableValues adjoint(DifferentiableOperand const& operand) const {
    return view(memory_.adjoints, program_.adjoints[static_cast<std::size_t>(operand.value)], operand.shape);
  }
  // Memory for a contribution that is then added to an adjoint of this shape.
  kernels::MutableValues added(network::Shape shape) const {
    return view(memory_.added, GradientSlot{.shape = shape}, shape);
  }

  // `read` itself, or its rows with zeros between them, surrounded by what the convolution reads.
  kernels::ConstValues spread(kernels::ConstValues read, std::int64_t distance, kernels::ConvolutionShape const& shape,
                              std::int64_t output_positions) const {
    if (distance == 1) return read;
    network::Shape const wide{spread_positions(read.positions, distance), read.channels};
    GradientSlot const slot{.shape = wide, .margin = rows_outside(shape, wide.positions, output_positions)};
    kernels::MutableValues const copy = view(memory_.spread, slot, wide);
    kernels::fill(space_, 0.0F, copy);
    kernels::accumulate(space_, read, {}, inference::spread({read.positions, read.channels}, distance), copy);
    return copy;
  }

  // The sum of the parts, which are added in their order: by the convolution itself if its space can do that.
  void convolve(kernels::ConstValues const& read, std::vector<ConvolutionPart> const& parts,
                kernels::MutableValues const& output) const {
    kernels::convolve(space_, read, parts.front().shape, weights_ + parts.front().filters, {}, output);
    kernels::Epilogue const sum{.adds_first = true};
    for (std::size_t i = 1; i < parts.size(); ++i) {
      float const* const filters = weights_ + parts[i].filters;
      if (kernels::fuses_sum(space_, sum)) {
        kernels::convolve(space_, read, parts[i].shape, filters, sum, output, output);
        continue;
      }
      network::Shape const shape{output.positions, output.channels};
      kernels::MutableValues const part = view(memory_.part, GradientSlot{.shape = shape}, shape);
      kernels::convolve(space_, read, parts[i].shape, filters, {}, part);
      kernels::combine(space_, kernels::Combination::add, output, part, output);
    }
  }

  Space const space_;
  GradientProgram const& program_;
  float const* const weights_;
  GradientMemory const memory_;
  std::int64_t sequences_ = 0;
  float* arena_ = nullptr;  // the memory that `value` is in
};

}  // namespace shoal::inference
