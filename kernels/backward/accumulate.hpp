// SPDX-License-Identifier: MIT
// Sums of elements that strides select: the way in which values are moved, broadcast and added, forwards and backwards.
#pragma once

#include <cstdint>

#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// Where the elements (p, c) of one sequence lie: data[start + p * position + c * channel]. A step of 0 repeats.
struct ElementSteps {
  std::int64_t start = 0, position = 0, channel = 0;
};

// target(p, c) += scale * the sum over i < summed_positions, then j < summed_channels, of
// source(p, c) moved by i * sum_position + j * sum_channel, times the same element of `factor` if there is one.
// for p < positions, c < channels. Each sum is one chain of float32 operations in that order.
struct Accumulation {
  std::int64_t positions = 1, channels = 0;
  ElementSteps target, source, factor;
  std::int64_t summed_positions = 1, summed_channels = 1;
  ElementSteps source_sum, factor_sum;  // the steps of i (position) and j (channel); start is not used
  float scale = 1.0F;
};

// All values have the same sequences; factor.data may be null. No element of the target is named twice.
void accumulate(CpuSpace const& space, ConstValues source, ConstValues factor, Accumulation const& what,
                MutableValues target);
void accumulate(CudaSpace const& space, ConstValues source, ConstValues factor, Accumulation const& what,
                MutableValues target);

// Values [sequences, positions, channels], one sequence after the other, to `target`.
void load_values(CpuSpace const& space, float const* values, MutableValues target);
void load_values(CudaSpace const& space, float const* values, MutableValues target);

// maps[s * stride + c * positions + p] = values(s, p, c): channels first, as maps are stored.
void store_maps(CpuSpace const& space, ConstValues values, float* maps, std::int64_t stride);
void store_maps(CudaSpace const& space, ConstValues values, float* maps, std::int64_t stride);

}  // namespace shoal::kernels
