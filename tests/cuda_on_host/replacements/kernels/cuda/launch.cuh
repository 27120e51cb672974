// SPDX-License-Identifier: MIT
// Stands in for kernels/cuda/launch.cuh: the same names, executed on the host, within the limits of a small GPU.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/error.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels::cuda {

struct LaunchShape {
  dim3 grid{1};
  dim3 block{1};
  std::size_t shared_bytes = 0;
};

inline unsigned blocks_for(std::int64_t items, std::int64_t threads_per_block) {
  std::int64_t const blocks = (items + threads_per_block - 1) / threads_per_block;
  return static_cast<unsigned>(std::clamp<std::int64_t>(blocks, 1, 2147483647));
}

inline LaunchShape one_thread_each(std::int64_t items, unsigned threads_per_block = 256) {
  return {dim3(blocks_for(items, threads_per_block)), dim3(threads_per_block), 0};
}

template <class... Parameters, class... Arguments>
void launch(CudaSpace const&, char const* name, LaunchShape const& shape, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  expect(shape.grid.y < 65536 && shape.grid.z < 65536, name);
  expect(shape.block.x * shape.block.y * shape.block.z <= 1024, name);
  expect(shape.shared_bytes <= 99 * 1024, name);
  host_cuda::run_grid(shape.grid, shape.block, shape.shared_bytes,
                      [&] { kernel(static_cast<Parameters>(arguments)...); });
}

inline std::int64_t global_thread() {
  return static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
inline std::int64_t global_threads() {
  return static_cast<std::int64_t>(gridDim.x) * blockDim.x;
}

// Few, so that blocks take several items.
inline int multiprocessors(CudaSpace const&) {
  return 2;
}

}  // namespace shoal::kernels::cuda
