// SPDX-License-Identifier: MIT
#include "inference/forward/long_sums.hpp"

#include <algorithm>

namespace shoal::inference {

namespace {

// The part's value plus `before`, by the convolution itself where its backend can.
Operand emit_part(ProgramBuilder& builder, ConvolveStep step, network::Activate const& activate, Operand const& input,
                  network::Shape output, Operand const& before) {
  step.epilogue = {.activation = activate.activation, .alpha = activate.alpha, .adds_first = true};
  bool const is_fused =
      device::dispatch(builder.backend(), [&](auto const& space) { return kernels::fuses_sum(space, step.epilogue); });
  Operand const sum = builder.new_value(output);
  if (is_fused) {
    builder.emit(step, input, sum, false, before);
    return sum;
  }
  step.epilogue = {};
  builder.emit(step, input, sum);
  Operand const total = builder.new_value(output);
  builder.emit(CombineStep{kernels::Combination::add, activate}, sum, total, false, before);
  return total;
}

}  // namespace

bool needs_parts(kernels::ConvolutionShape const& shape) {
  return shape.groups == 1 && shape.width > 1 && shape.width * shape.in_channels > longest_chain;
}

Operand emit_parts(ProgramBuilder& builder, kernels::ConvolutionShape const& shape, FoldedWeights const& weights,
                   network::Activate const& activate, Operand const& input, network::Shape output) {
  std::int64_t const parts = (shape.width * shape.in_channels + longest_chain - 1) / longest_chain;
  std::int64_t const taps = std::max<std::int64_t>(shape.width / parts, 1);
  Operand sum;
  for (std::int64_t first = 0; first < shape.width; first += taps) {
    kernels::ConvolutionShape part = shape;
    part.width = std::min(taps, shape.width - first);
    part.padding = shape.padding - first * shape.dilation;
    FoldedWeights const rows = weights.rows(first * shape.in_channels, part.width * shape.in_channels);
    ConvolveStep const step{part, {}, append_filters(builder.backend(), part, rows, builder.weights())};
    bool const is_last = first + part.width == shape.width;
    if (sum.value < 0) {
      sum = builder.new_value(output);
      builder.emit(step, input, sum);
    } else {
      sum = emit_part(builder, step, is_last ? activate : network::Activate{}, input, output, sum);
    }
  }
  return sum;
}

}  // namespace shoal::inference
