// SPDX-License-Identifier: MIT
// As much of CUDA C++ as the kernels use, for an ordinary compiler; included before every kernel file.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>

#define __global__
#define __device__
#define __host__
// Only one block runs at a time, so its shared memory may be shared by all.
#define __shared__ static
#define __launch_bounds__(...)

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_size = 1, unsigned y_size = 1, unsigned z_size = 1) : x(x_size), y(y_size), z(z_size) {}
};
extern dim3 threadIdx, blockIdx, blockDim, gridDim;

struct float4 {
  float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) {
  return {x, y, z, w};
}
inline float __fmaf_rn(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}

// Waits for all threads of the block.
void __syncthreads();

namespace host_cuda {

extern unsigned char* dynamic_shared_memory;

// Runs kernel() once for every thread of the grid, the blocks one after the other. Aborts when some threads of a block
// end while others wait in __syncthreads. Dynamic shared memory starts as NaN.
void run_grid(dim3 grid, dim3 block, std::size_t shared_bytes, std::function<void()> const& kernel);

}  // namespace host_cuda
