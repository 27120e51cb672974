// SPDX-License-Identifier: MIT
// Runs the blocks of a launch, one after the other.
#pragma once

#include <cuda_runtime.h>

namespace cuda_emulated {

struct Launch {
  char const* name;
  dim3 grid, block;
  std::size_t shared_bytes;
  std::function<void()> body;
};

// Runs body() once for every thread of the grid. A thread runs until it ends or waits in a barrier or a call of its
// warp; then the next one runs. Ends the process where threads end while others wait, or where all wait for different
// things.
void run_grid(Launch const& launch);

// Dynamic shared memory that a block may have.
inline constexpr std::size_t most_shared_bytes = 227 * 1024;

}  // namespace cuda_emulated
