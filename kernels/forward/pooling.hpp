// SPDX-License-Identifier: MIT
// Pooling over positions, in windows and over the whole sequence.
#pragma once

#include <cstdint>

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

struct PoolShape {
  PoolKind kind = PoolKind::max;
  std::int64_t width = 2;
  std::int64_t stride = 2;
  std::int64_t padding = 0;  // rows before position 0
  // An average divides by the number of the window's positions inside the sequence; with count_padding by the number
  // inside the sequence, its padding and `padding_behind` rows after it.
  bool count_padding = false;
  std::int64_t padding_behind = 0;
};

// output[u, c] = max or mean of input[t, c] over u * stride - padding <= t < u * stride - padding + width, inside the
// input's positions only: padding is never the maximum and adds nothing to a mean. A mean is the float32 sum in rising
// t divided by the number of rows that count. Same sequences and channels.
void pool(CpuSpace const& space, ConstValues input, PoolShape const& shape, MutableValues output);
void pool(CudaSpace const& space, ConstValues input, PoolShape const& shape, MutableValues output);

// The maximum or mean over all positions; output.positions = 1. The mean is computed as in `pool`.
void global_pool(CpuSpace const& space, ConstValues input, PoolKind kind, MutableValues output);
void global_pool(CudaSpace const& space, ConstValues input, PoolKind kind, MutableValues output);

}  // namespace shoal::kernels
