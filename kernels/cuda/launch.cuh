// SPDX-License-Identifier: MIT
// Launching kernels: on the space's device and stream, every launch checked, shared memory above 48 KiB asked for.
// Plain C++ apart from the words of CUDA, so that tests/cuda_emulated runs it too.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "kernels/cuda/check.cuh"
#include "kernels/space.hpp"

namespace shoal::kernels::cuda {

inline cudaStream_t stream_of(CudaSpace const& space) {
  return static_cast<cudaStream_t>(space.stream);
}

// Grid, block and dynamic shared memory of one launch.
struct LaunchShape {
  dim3 grid{1};
  dim3 block{1};
  std::size_t shared_bytes = 0;
};

// Largest grid.x of CUDA.
inline constexpr std::int64_t largest_grid = 2147483647;

// Blocks that hold `items` threads at `threads_per_block` each, at least 1; kernels that may get more items than
// largest_grid * threads_per_block step over them with a grid-stride loop.
inline unsigned blocks_for(std::int64_t items, std::int64_t threads_per_block) {
  std::int64_t const blocks = (items + threads_per_block - 1) / threads_per_block;
  return static_cast<unsigned>(std::clamp<std::int64_t>(blocks, 1, largest_grid));
}

// The same for kernels that take each item once, without such a loop. Errors: internal, when the grid would be too
// large.
inline unsigned all_blocks_for(std::int64_t items, std::int64_t threads_per_block, char const* name) {
  std::int64_t const blocks = (items + threads_per_block - 1) / threads_per_block;
  expect(blocks <= largest_grid, std::string(name) + ": too many blocks for one launch; use a smaller --batch");
  return blocks_for(items, threads_per_block);
}

// Threads of a block where nothing speaks for another number.
inline constexpr unsigned default_threads = 256;

// One thread per item.
inline LaunchShape one_thread_each(std::int64_t items, unsigned threads_per_block = default_threads) {
  return {dim3(blocks_for(items, threads_per_block)), dim3(threads_per_block), 0};
}

// Lets `kernel` have as much dynamic shared memory as its device can give, once per kernel and device: asking again for
// less, from another thread, would take it away between that and a launch. Errors: cuda, when `bytes` are more.
void allow_shared_memory(CudaSpace const& space, void const* kernel, std::size_t bytes, char const* name);

// Launches kernel(arguments…); `name` is for the message. Returns before the kernel ends. Errors: cuda.
template <class... Parameters, class... Arguments>
void launch(CudaSpace const& space, char const* name, LaunchShape const& shape, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  constexpr std::size_t granted_without_asking = 48 * 1024;
  check(cudaSetDevice(space.device), name);
  if (shape.shared_bytes > granted_without_asking) {
    allow_shared_memory(space, reinterpret_cast<void const*>(kernel), shape.shared_bytes, name);
  }
  cudaLaunchConfig_t config{};
  config.gridDim = shape.grid;
  config.blockDim = shape.block;
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = stream_of(space);
  check(cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(std::forward<Arguments>(arguments))...), name);
}

// The shared memory of this block whose size its launch stated.
template <class T>
__device__ T* dynamic_shared_memory() {
  alignas(128) extern __shared__ unsigned char dynamic_shared[];
  return reinterpret_cast<T*>(dynamic_shared);
}

// The first item of this thread and the step to its next, for a grid-stride loop over a one-dimensional grid.
__device__ inline std::int64_t global_thread() {
  return static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline std::int64_t global_threads() {
  return static_cast<std::int64_t>(gridDim.x) * blockDim.x;
}

// Multiprocessors of the space's device, for grids sized to the machine.
inline int multiprocessors(CudaSpace const& space) {
  int count = 0;
  check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, space.device), "asking for multiprocessors");
  return count;
}

}  // namespace shoal::kernels::cuda
