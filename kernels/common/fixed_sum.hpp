// SPDX-License-Identifier: MIT
// Sums whose order is that of a warp or a block of threads: lane i adds the items i, i + lanes, …, then the lanes' sums
// meet in a tree. The host walks the same order; the device's is in kernels/cuda/fixed_sum.cuh.
#pragma once

#include <array>
#include <cstdint>

namespace shoal::kernels::common {

inline constexpr int warp_lanes = 32;
inline constexpr int block_lanes = 256;

// The sum of f(0) … f(count - 1).
template <int lanes, class Function>
double fixed_sum(std::int64_t count, Function const& f) {
  std::array<double, lanes> sums{};
  for (std::int64_t item = 0; item < count; item += lanes) {
    std::int64_t const present = count - item < lanes ? count - item : lanes;
    for (std::int64_t lane = 0; lane < present; ++lane) sums[static_cast<std::size_t>(lane)] += f(item + lane);
  }
  for (std::size_t half = lanes / 2; half > 0; half /= 2) {
    for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  }
  return sums[0];
}

}  // namespace shoal::kernels::common
