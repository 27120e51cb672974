// SPDX-License-Identifier: MIT
// The memory pool of each device: how much it holds of the device's memory, of what cudaMallocAsync has given out. Each
// allocation has pages of its own all the same, so that no fault hides in a pool.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace cuda_emulated {

// All with machine() locked.

// Bytes of a device that its pool and plain allocations hold.
std::size_t held_bytes(int device);
// Plain allocations.
void hold(int device, std::ptrdiff_t bytes);
// Takes bytes from the pool, which grows in whole pieces of 2 MiB; false where the device has too little left.
bool take_from_pool(int device, std::size_t bytes);
void give_to_pool(int device, std::size_t bytes);
// At every wait: a pool keeps no more unused memory than its release threshold says.
void release_unused();

}  // namespace cuda_emulated
