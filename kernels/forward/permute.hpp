// SPDX-License-Identifier: MIT
// The elements of a value in another order: axes of a tensor are exchanged, such as heads and positions.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

inline constexpr std::size_t most_permuted_axes = 8;

// Element (i0, i1, …), i0 slowest, of the output's row-major tensor of `extents` is the input's element at the sum of
// i * step floats. Axes that are not needed have one element.
struct PermutedAxes {
  std::array<std::int64_t, most_permuted_axes> extents = {1, 1, 1, 1, 1, 1, 1, 1};
  std::array<std::int64_t, most_permuted_axes> steps = {0, 0, 0, 0, 0, 0, 0, 0};
};

// Same sequences and size in `input` and `output`, which are not the same memory.
void permute(CpuSpace const& space, ConstValues input, PermutedAxes const& axes, MutableValues output);
void permute(CudaSpace const& space, ConstValues input, PermutedAxes const& axes, MutableValues output);

}  // namespace shoal::kernels
