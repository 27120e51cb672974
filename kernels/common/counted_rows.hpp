// SPDX-License-Identifier: MIT
// The number of rows by which an average divides, host and device.
#pragma once

#include "kernels/forward/pooling.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// Rows of the window that begins at `first` inside [0, positions), or with count_padding inside the padded sequence.
SHOAL_HOST_DEVICE inline std::int64_t counted_rows(PoolShape const& shape, std::int64_t positions, std::int64_t first) {
  std::int64_t const begin = first < 0 && !shape.count_padding ? 0 : first;
  std::int64_t const last = positions + (shape.count_padding ? shape.padding_behind : 0);
  std::int64_t const end = first + shape.width < last ? first + shape.width : last;
  return end - begin;
}

}  // namespace shoal::kernels
