// SPDX-License-Identifier: MIT
// The sums of kernels/common/fixed_sum.hpp by the lanes of a warp, and by the threads of a block.
#pragma once

#include "kernels/common/fixed_sum.hpp"
#include "kernels/cuda/launch.cuh"

namespace shoal::kernels::cuda {

// By a whole warp. Every lane gets the sum, with the same bits, because both lanes of an exchange add the same two
// numbers.
template <class Function>
__device__ double warp_sum(std::int64_t count, unsigned lane, Function const& f) {
  constexpr unsigned all_lanes = 0xFFFFFFFFU;
  double sum = 0.0;
  for (std::int64_t item = lane; item < count; item += common::warp_lanes) sum += f(item);
  for (unsigned half = common::warp_lanes / 2; half > 0; half /= 2) {
    double const other = __shfl_xor_sync(all_lanes, sum, static_cast<int>(half));
    sum += other;
  }
  return sum;
}

// By a block of block_lanes threads; every thread gets the sum. `shared` [block_lanes] is free again afterwards.
template <class Function>
__device__ double block_sum(std::int64_t count, double* shared, Function const& f) {
  double sum = 0.0;
  for (std::int64_t item = threadIdx.x; item < count; item += common::block_lanes) sum += f(item);
  shared[threadIdx.x] = sum;
  __syncthreads();
  for (unsigned half = common::block_lanes / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) shared[threadIdx.x] += shared[threadIdx.x + half];
    __syncthreads();
  }
  double const total = shared[0];
  __syncthreads();
  return total;
}

}  // namespace shoal::kernels::cuda
