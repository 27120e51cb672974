// SPDX-License-Identifier: MIT
#include "kernels/cpu/bf16/bf16_layers.hpp"

#include <algorithm>
#include <vector>

#include "kernels/common/bfloat16.hpp"

namespace shoal::kernels {

namespace {

std::int64_t padded_channels(Bf16Kernels const& kernels, Bf16PanelShape const& shape) {
  return (shape.channels + kernels.depth_block - 1) / kernels.depth_block * kernels.depth_block;
}

std::int64_t rows_a_pair(Bf16PanelShape const& shape) {
  return shape.precision == Precision::bf16x3 ? 2 : 1;
}

float word_of(std::uint16_t even, std::uint16_t odd) {
  return float_of(static_cast<std::uint32_t>(odd) << 16 | even);
}

// The converted rows of the layer that this thread computes.
std::vector<std::uint16_t>& converted_rows() {
  thread_local std::vector<std::uint16_t> memory;
  return memory;
}

}  // namespace

std::size_t bf16_panels_size(Bf16Kernels const& kernels, Bf16PanelShape const& shape) {
  std::int64_t const panels = (shape.columns + panel_width - 1) / panel_width;
  std::int64_t const pairs = shape.taps * padded_channels(kernels, shape) / 2;
  return static_cast<std::size_t>(panels * (1 + rows_a_pair(shape) * pairs) * panel_width);
}

void pack_bf16_panels(Bf16Kernels const& kernels, Bf16PanelShape const& shape, float const* kernel, float const* bias,
                      float* packed) {
  std::fill_n(packed, bf16_panels_size(kernels, shape), 0.0F);
  std::int64_t const padded = padded_channels(kernels, shape);
  for (std::int64_t column = 0; column < shape.columns; column += panel_width) {
    std::int64_t const count = std::min(panel_width, shape.columns - column);
    if (bias != nullptr) std::copy_n(bias + column, count, packed);
    packed += panel_width;
    for (std::int64_t pair = 0; pair < shape.taps * padded / 2; ++pair) {
      std::int64_t const tap = 2 * pair / padded, channel = 2 * pair % padded;
      auto const weight = [&](std::int64_t c, std::int64_t f) {
        return c < shape.channels ? kernel[(tap * shape.channels + c) * shape.columns + column + f] : 0.0F;
      };
      for (std::int64_t f = 0; f < count; ++f) {
        SplitFloat const even = split_float(weight(channel, f)), odd = split_float(weight(channel + 1, f));
        packed[f] = word_of(even.high, odd.high);
        if (rows_a_pair(shape) == 2) packed[panel_width + f] = word_of(even.low, odd.low);
      }
      packed += rows_a_pair(shape) * panel_width;
    }
  }
}

void multiply_bf16(Bf16Kernels const& kernels, SlidingRows const& rows, Bf16PanelShape const& shape,
                   float const* packed, TileOutput const& output) {
  if (output.rows == 0) return;
  std::int64_t const padded = padded_channels(kernels, shape);
  std::int64_t const products = output.rows * output.pool;
  std::int64_t const read = (products - 1) * rows.stride + (shape.taps - 1) * rows.dilation + 1;
  // Whole blocks of rows are read; what lies after the last row does not matter.
  std::int64_t const room = (read + kernels.row_block * rows.stride) * padded;
  bool const is_split = shape.precision == Precision::bf16x3;
  std::vector<std::uint16_t>& memory = converted_rows();
  auto const needed = static_cast<std::size_t>(is_split ? 2 * room : room);
  if (memory.size() < needed) memory.resize(needed);
  std::uint16_t* const high = memory.data();
  std::uint16_t* const low = is_split ? high + room : nullptr;
  kernels.split({.input = rows.input,
                 .rows = read,
                 .step = rows.input_step,
                 .channels = shape.channels,
                 .padded = padded,
                 .high = high,
                 .low = low});
  bool const runs_are_joined = rows.dilation == 1;
  kernels.multiply({.high = high,
                    .low = low,
                    .row_step = rows.stride * padded,
                    .segments = runs_are_joined ? 1 : shape.taps,
                    .segment_length = runs_are_joined ? shape.taps * padded : padded,
                    .segment_step = rows.dilation * padded,
                    .panels = packed,
                    .output = output});
}

}  // namespace shoal::kernels
