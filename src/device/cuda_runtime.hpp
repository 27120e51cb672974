// SPDX-License-Identifier: MIT
// The few calls of the CUDA runtime that Backend makes; a build without CUDA has a version that reports no device.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "device/cuda_devices.hpp"

namespace shoal::device::cuda_runtime {

// Pinned memory through which bytes go to a device.
class Uploads;

bool is_built();
CudaDevices find_devices();
// The runtime's version, for example "CUDA 13.0".
std::string version();
void* create_stream(int device);
void destroy_stream(void* stream) noexcept;
std::shared_ptr<Uploads> create_uploads(int device, void* stream);
// What this process's memory pool holds of a device, and what of it is given out; bytes.
struct PooledMemory {
  std::size_t reserved = 0;
  std::size_t used = 0;
};
PooledMemory pooled_memory(int device);
// Bytes that the device has free, and those that this process's memory pool keeps unused.
std::size_t free_memory(int device);
// Memory of the device's pool in the order of a stream's work: neither call waits. The pool keeps what is freed, so
// that the next locus allocates nothing. Errors: OutOfMemory; cuda.
void* allocate(int device, void* stream, std::size_t bytes);
void deallocate(void* stream, void* memory) noexcept;
// Returns when `from` has been read.
void copy_from_host(Uploads& uploads, void* to, void const* from, std::size_t bytes);
void copy_to_host(int device, void* stream, void* to, void const* from, std::size_t bytes);
void fill_zero(int device, void* stream, void* memory, std::size_t bytes);
void synchronize(int device, void* stream);

}  // namespace shoal::device::cuda_runtime
