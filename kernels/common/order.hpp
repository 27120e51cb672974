// SPDX-License-Identifier: MIT
// The order of the elements of one row, host and device. Nothing is stored: the next element is found by looking at
// all.
#pragma once

#include "kernels/common/along_axis_backward.hpp"

namespace shoal::kernels {

// Whether element i stands before element j.
SHOAL_HOST_DEVICE inline bool stands_before(Row const& row, bool largest, std::int64_t i, std::int64_t j) {
  float const a = row[i], b = row[j];
  bool const no_a = !(a == a), no_b = !(b == b);
  if (no_a != no_b) return largest ? no_a : no_b;
  if (no_a || a == b) return i < j;
  return largest ? a > b : a < b;
}

// The element that follows `last` in the order, the first one for -1.
SHOAL_HOST_DEVICE inline std::int64_t next_in_order(Row const& row, bool largest, std::int64_t last) {
  std::int64_t next = -1;
  for (std::int64_t i = 0; i < row.count; ++i) {
    if (last >= 0 && !stands_before(row, largest, last, i)) continue;
    if (next < 0 || stands_before(row, largest, i, next)) next = i;
  }
  return next;
}

// The first `count` elements in the order, `step` apart.
SHOAL_HOST_DEVICE inline void top_k_of(Row const& row, bool largest, std::int64_t count, float* to, std::int64_t step) {
  for (std::int64_t rank = 0, last = -1; rank < count; ++rank) {
    last = next_in_order(row, largest, last);
    to[rank * step] = row[last];
  }
}

SHOAL_HOST_DEVICE inline void top_k_backward_of(Row const& row, bool largest, Row const& adjoint, float* to,
                                                std::int64_t step) {
  for (std::int64_t i = 0; i < row.count; ++i) to[i * step] = 0.0F;
  for (std::int64_t rank = 0, last = -1; rank < adjoint.count; ++rank) {
    last = next_in_order(row, largest, last);
    to[last * step] = adjoint[rank];
  }
}

SHOAL_HOST_DEVICE inline void hardmax_of(Row const& row, float* to, std::int64_t step) {
  std::int64_t const first = next_in_order(row, true, -1);
  for (std::int64_t i = 0; i < row.count; ++i) to[i * step] = i == first ? 1.0F : 0.0F;
}

// Where row `line` along `axis` of one sequence begins, and how far apart its elements are.
struct TargetOfRow {
  float* first;
  std::int64_t step;
};

SHOAL_HOST_DEVICE inline TargetOfRow target_of(MutableValues const& values, std::int64_t sequence, Axis axis,
                                               std::int64_t line) {
  float* const data = values.data + sequence * values.stride;
  if (axis == Axis::positions) return {data + line, values.channels};
  return {data + line * values.channels, 1};
}

}  // namespace shoal::kernels
