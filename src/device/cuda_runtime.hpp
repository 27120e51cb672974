// SPDX-License-Identifier: MIT
// The few calls of the CUDA runtime that Backend makes; a build without CUDA has a version that reports no device.
#pragma once

#include <cstddef>
#include <string>

namespace shoal::device::cuda_runtime {

bool is_built();
int device_count();
std::string device_name(int device);
void* create_stream(int device);
void destroy_stream(void* stream) noexcept;
std::size_t free_memory(int device);
void* allocate(int device, std::size_t bytes);
void deallocate(void* memory) noexcept;
void copy_from_host(void* stream, void* to, void const* from, std::size_t bytes);
void copy_to_host(void* stream, void* to, void const* from, std::size_t bytes);
void fill_zero(void* stream, void* memory, std::size_t bytes);
void synchronize(void* stream);

}  // namespace shoal::device::cuda_runtime
