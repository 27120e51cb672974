// SPDX-License-Identifier: MIT
// Four columns at a time: how the weights of a layer are packed, and how its values are stored.
#pragma once

#include <cstdint>

#include "kernels/sequence_values.hpp"

namespace shoal::kernels::cuda {

// Rows of packed weights for one base: A, C, G, T, and zeros for N and for positions outside the sequence.
inline constexpr int rows_a_base = 5;

// Columns of packed weights: rounded up so that four can be read at once.
constexpr std::int64_t packed_columns(std::int64_t columns) {
  return (columns + 3) / 4 * 4;
}

// Packs bias [columns] (or null) and weights [depth, columns] into [1 + depth, packed_columns(columns)], zeros between.
void pack_columns(float const* weights, float const* bias, std::int64_t depth, std::int64_t columns, float* packed);

// True when every row of `values` is aligned to four floats.
inline bool stores_fours(MutableValues const& values) {
  return values.channels % 4 == 0 && values.stride % 4 == 0 &&
         reinterpret_cast<std::uintptr_t>(values.data) % (4 * sizeof(float)) == 0;
}

// Both places are aligned to 16 bytes.
__device__ inline void copy_four(float const* from, float* to) {
  *reinterpret_cast<float4*>(to) = *reinterpret_cast<float4 const*>(from);
}

// Stores four values, which are aligned to 16 bytes, at columns f … f + 3 of a row, those that it has. `fours`:
// stores_fours() of its value.
__device__ inline void store_columns(float const (&four)[4], std::int32_t f, std::int32_t columns, bool fours,
                                     float* row) {
  if (fours) {
    if (f < columns) copy_four(four, row + f);
    return;
  }
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    if (f + j < columns) row[f + j] = four[j];
  }
}

}  // namespace shoal::kernels::cuda
