// SPDX-License-Identifier: MIT
// One thread per element of every sequence's value.
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.cuh"

namespace shoal::kernels::cuda {

inline constexpr unsigned element_threads = 256;

// Calls item(sequence, i) for i in [0, size). A block stays within one sequence, so that no thread divides.
template <class Item>
__global__ void __launch_bounds__(element_threads)
    each_element_kernel(std::int64_t sequences, std::int64_t size, std::int64_t blocks_a_sequence, Item item) {
  for (std::int64_t block = blockIdx.x; block < sequences * blocks_a_sequence; block += gridDim.x) {
    std::int64_t const sequence = block / blocks_a_sequence;
    std::int64_t const i = (block - sequence * blocks_a_sequence) * blockDim.x + threadIdx.x;
    if (i < size) item(sequence, i);
  }
}

// Launches item(sequence, i), a struct of plain values with a __device__ call operator, for every element of
// [sequences, size]. `name` is for messages. Errors: cuda.
template <class Item>
void each_element(CudaSpace const& space, char const* name, std::int64_t sequences, std::int64_t size, Item item) {
  if (sequences == 0 || size == 0) return;
  std::int64_t const blocks_a_sequence = (size + element_threads - 1) / element_threads;
  LaunchShape const shape{dim3(blocks_for(sequences * blocks_a_sequence, 1)), dim3(element_threads), 0};
  launch(space, name, shape, each_element_kernel<Item>, sequences, size, blocks_a_sequence, item);
}

}  // namespace shoal::kernels::cuda
