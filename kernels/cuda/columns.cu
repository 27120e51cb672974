// SPDX-License-Identifier: MIT
#include "kernels/cuda/columns.cuh"

#include <algorithm>

namespace shoal::kernels::cuda {

void pack_columns(float const* weights, float const* bias, std::int64_t depth, std::int64_t columns, float* packed) {
  std::int64_t const row_size = packed_columns(columns);
  std::fill_n(packed, (1 + depth) * row_size, 0.0F);
  if (bias != nullptr) std::copy_n(bias, columns, packed);
  for (std::int64_t d = 0; d < depth; ++d) std::copy_n(weights + d * columns, columns, packed + (1 + d) * row_size);
}

}  // namespace shoal::kernels::cuda
