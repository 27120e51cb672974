// SPDX-License-Identifier: MIT
// Device memory: pages that only running kernels and copies may touch, each allocation between guards, filled with NaN.
#pragma once

#include <cstddef>

namespace cuda_emulated {

// Memory aligned as cudaMalloc's, with every byte 0xFF. Addresses are not used twice, so that whoever uses freed memory
// is found. Who has room for it decides elsewhere (pools.hpp).
void* allocate_device(std::size_t bytes, int device);
// The bytes that were freed. Ends the process where `memory` is no allocation or its borders were written.
std::size_t free_device(void* memory);
// The device of an allocation.
int device_of(void* memory);
bool is_device_memory(void const* place);
// Ends the process unless [place, place + bytes) lies in one allocation. `what` is for the message.
void require_allocated(void const* place, std::size_t bytes, char const* what);

// While it lives, this thread may touch device memory.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(DeviceAccess const&) = delete;
  DeviceAccess& operator=(DeviceAccess const&) = delete;
};

// Names the culprit of a segmentation fault in device memory: the host, or the kernel of this name.
void set_running(char const* what);

}  // namespace cuda_emulated
