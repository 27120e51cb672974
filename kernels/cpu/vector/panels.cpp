// SPDX-License-Identifier: MIT
#include "kernels/cpu/vector/panels.hpp"

#include <algorithm>

namespace shoal::kernels {

namespace {

std::int64_t packed_rows(PanelShape const& shape) {
  return 1 + shape.rows + (shape.group > 0 ? shape.rows / shape.group : 0);
}

// One row of a panel: `count` values, then zeros.
float* pack_row(float const* values, std::int64_t count, std::int64_t width, float* packed) {
  float* const end = packed + width;
  if (values != nullptr) packed = std::copy_n(values, count, packed);
  std::fill(packed, end, 0.0F);
  return end;
}

}  // namespace

std::size_t panels_size(PanelShape const& shape) {
  std::int64_t const panels = (shape.columns + shape.width - 1) / shape.width;
  return static_cast<std::size_t>(panels * packed_rows(shape) * shape.width);
}

void pack_panels(PanelShape const& shape, float const* matrix, float const* bias, float* packed) {
  for (std::int64_t column = 0; column < shape.columns; column += shape.width) {
    std::int64_t const count = std::min(shape.width, shape.columns - column);
    packed = pack_row(bias == nullptr ? nullptr : bias + column, count, shape.width, packed);
    for (std::int64_t row = 0; row < shape.rows; ++row) {
      packed = pack_row(matrix + row * shape.columns + column, count, shape.width, packed);
      if (shape.group > 0 && (row + 1) % shape.group == 0) packed = pack_row(nullptr, 0, shape.width, packed);
    }
  }
}

void clear_margin(MutableValues const& values, std::int64_t sequence) {
  std::int64_t const margin = values.margin * values.channels;
  float* const first = values.data + sequence * values.stride;
  std::fill(first - margin, first, 0.0F);
  float* const end = first + values.positions * values.channels;
  std::fill(end, end + margin, 0.0F);
}

}  // namespace shoal::kernels
