// SPDX-License-Identifier: MIT
// One element of pooling backwards, host and device. Columns are pointers to one channel of one sequence, `channels`
// apart from row to row.
#pragma once

#include "kernels/common/counted_rows.hpp"
#include "kernels/forward/pooling.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// Half-open.
struct Interval {
  std::int64_t begin = 0, end = 0;
};

// The windows that hold position t, among `windows` windows.
SHOAL_HOST_DEVICE inline Interval windows_of(PoolShape const& shape, std::int64_t windows, std::int64_t t) {
  std::int64_t const after = t + shape.padding - shape.width + 1;
  std::int64_t const begin = after <= 0 ? 0 : (after + shape.stride - 1) / shape.stride;
  std::int64_t const end = (t + shape.padding) / shape.stride + 1;
  return {begin, end < windows ? end : windows};
}

// The positions, inside the sequence, of window u.
SHOAL_HOST_DEVICE inline Interval rows_of_window(PoolShape const& shape, std::int64_t positions, std::int64_t u) {
  std::int64_t const start = u * shape.stride - shape.padding;
  std::int64_t const end = start + shape.width;
  return {start > 0 ? start : 0, end < positions ? end : positions};
}

// True when t is the first position of the window that holds its largest value `most`.
SHOAL_HOST_DEVICE inline bool is_first_largest(float const* column, std::int64_t channels, Interval window,
                                               std::int64_t t, float most) {
  if (column[t * channels] != most) return false;
  for (std::int64_t earlier = window.begin; earlier < t; ++earlier) {
    if (column[earlier * channels] == most) return false;
  }
  return true;
}

struct PoolColumns {
  float const* input;
  float const* output;
  float const* output_adjoint;
  std::int64_t positions, windows, channels;
};

SHOAL_HOST_DEVICE inline float pool_adjoint(PoolShape const& shape, PoolColumns const& columns, std::int64_t t) {
  Interval const windows = windows_of(shape, columns.windows, t);
  float sum = 0.0F;
  for (std::int64_t u = windows.begin; u < windows.end; ++u) {
    Interval const rows = rows_of_window(shape, columns.positions, u);
    float const adjoint = columns.output_adjoint[u * columns.channels];
    if (shape.kind == PoolKind::average) {
      sum += adjoint / static_cast<float>(counted_rows(shape, columns.positions, u * shape.stride - shape.padding));
    } else if (is_first_largest(columns.input, columns.channels, rows, t, columns.output[u * columns.channels])) {
      sum += adjoint;
    }
  }
  return sum;
}

// One element of global_pool_backward; `most` is the column's largest value.
SHOAL_HOST_DEVICE inline float global_maximum_adjoint(float const* column, std::int64_t positions,
                                                      std::int64_t channels, std::int64_t t, float most,
                                                      float adjoint) {
  if (column[t * channels] != most) return 0.0F;
  std::int64_t equals = 0;
  for (std::int64_t p = 0; p < positions; ++p) equals += column[p * channels] == most ? 1 : 0;
  return adjoint / static_cast<float>(equals);
}

// One element of max_pool_rescale: the columns of the sequence and of its reference.
SHOAL_HOST_DEVICE inline float max_pool_multiplier(PoolShape const& shape, PoolColumns const& own,
                                                   PoolColumns const& reference, std::int64_t t) {
  float const difference = own.input[t * own.channels] - reference.input[t * own.channels];
  if ((difference < 0.0F ? -difference : difference) < 1e-7F) return 0.0F;
  Interval const windows = windows_of(shape, own.windows, t);
  float sum = 0.0F;
  for (std::int64_t u = windows.begin; u < windows.end; ++u) {
    Interval const rows = rows_of_window(shape, own.positions, u);
    float const y = own.output[u * own.channels];
    float const r = reference.output[u * own.channels];
    float const larger_of_two = y > r ? y : r;
    float contribution = 0.0F;
    if (is_first_largest(own.input, own.channels, rows, t, y)) contribution += larger_of_two - r;
    if (is_first_largest(reference.input, own.channels, rows, t, r)) contribution += y - larger_of_two;
    sum += own.output_adjoint[u * own.channels] * contribution;
  }
  return sum / difference;
}

}  // namespace shoal::kernels
