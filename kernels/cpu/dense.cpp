// SPDX-License-Identifier: MIT
#include "kernels/forward/dense.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "kernels/cpu/bf16/bf16_layers.hpp"
#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

namespace {

PanelShape weight_panels(DenseShape const& shape) {
  return {shape.in_channels, shape.units, panel_width, 0};
}

Bf16PanelShape bf16_panels(DenseShape const& shape) {
  return {1, shape.in_channels, shape.units, shape.precision};
}

// The rows of one call: whole sequences of one position, or the positions of one sequence.
void multiply_rows(float const* input, std::int64_t input_step, DenseShape const& shape, float const* packed,
                   std::int64_t rows, float* output, std::int64_t output_step) {
  TileOutput const tile = {.data = output,
                           .rows = rows,
                           .channels = shape.units,
                           .row_step = output_step,
                           .pool = 1,
                           .activation = shape.activation,
                           .alpha = shape.alpha};
  if (shape.precision != Precision::f32) {
    multiply_bf16(bf16_kernels(), {input, input_step, 1, 1}, bf16_panels(shape), packed, tile);
    return;
  }
  vector_kernels().multiply({.input = input,
                             .row_step = input_step,
                             .segments = 1,
                             .segment_length = shape.in_channels,
                             .segment_step = 0,
                             .panels = packed,
                             .output = tile});
}

// Enough rows to use a panel of weights several times while it is in cache.
constexpr std::int64_t rows_at_once = 32;

}  // namespace

std::size_t packed_weights_size(CpuSpace const&, DenseShape const& shape) {
  if (shape.precision != Precision::f32) return bf16_panels_size(bf16_kernels(), bf16_panels(shape));
  return panels_size(weight_panels(shape));
}

void pack_weights(CpuSpace const&, DenseShape const& shape, float const* kernel, float const* bias, float* packed) {
  if (shape.precision != Precision::f32) {
    pack_bf16_panels(bf16_kernels(), bf16_panels(shape), kernel, bias, packed);
  } else {
    pack_panels(weight_panels(shape), kernel, bias, packed);
  }
}

void dense(CpuSpace const& space, ConstValues input, DenseShape const& shape, float const* packed_weights,
           MutableValues output) {
  expect(has_precision(space, shape.precision), "dense: the CPU does not have this precision");
  std::int64_t const step = input.positions == 1 ? rows_at_once : 1;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; s += step) {
    float const* const from = input.data + s * input.stride;
    float* const to = output.data + s * output.stride;
    if (input.positions == 1) {
      std::int64_t const rows = std::min(step, input.sequences - s);
      multiply_rows(from, input.stride, shape, packed_weights, rows, to, output.stride);
      for (std::int64_t row = 0; row < rows; ++row) clear_margin(output, s + row);
    } else {
      multiply_rows(from, input.channels, shape, packed_weights, input.positions, to, output.channels);
      clear_margin(output, s);
    }
  }
}

}  // namespace shoal::kernels
