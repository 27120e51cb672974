// SPDX-License-Identifier: MIT
// Arithmetic of one entry of the contrast Gram matrix and of one packed row, for host and device.
#pragma once

#include <cstdint>

#include "kernels/library/packed.hpp"

namespace shoal::kernels::common {

// Entry (i, j) of the Gram matrix, summed over all row blocks except `left_out`.
SHOAL_HOST_DEVICE inline std::int64_t blocks_total(std::int32_t const* grams, int blocks, int left_out,
                                                   std::int64_t size, std::int64_t i, std::int64_t j) {
  std::int64_t total = 0;
  for (int block = 0; block < blocks; ++block) {
    if (block != left_out) total += grams[(block * size + i) * size + j];
  }
  return total;
}

// G(i, j) - s_i s_j / rows, rounded once: the numerator is exact, as every count is below 2^31.
SHOAL_HOST_DEVICE inline double centred_entry(std::int64_t together, std::int64_t first, std::int64_t second,
                                              std::int64_t rows) {
  return static_cast<double>(rows * together - first * second) / static_cast<double>(rows);
}

}  // namespace shoal::kernels::common
