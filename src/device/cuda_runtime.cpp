// SPDX-License-Identifier: MIT
#include "device/cuda_runtime.hpp"

#include <cuda_runtime_api.h>
#include <fmt/core.h>

#include "base/error.hpp"

namespace shoal::device::cuda_runtime {

namespace {

void check(cudaError_t status, std::string_view what, std::source_location where = std::source_location::current()) {
  if (status == cudaSuccess) return;
  fail(ErrorCode::cuda, fmt::format("{}: {} ({})", what, cudaGetErrorString(status), cudaGetErrorName(status)), where);
}

cudaStream_t as_stream(void* stream) {
  return static_cast<cudaStream_t>(stream);
}

}  // namespace

bool is_built() {
  return true;
}

int device_count() {
  int count = 0;
  // No driver and no device both count as "no device", which is not a failure.
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    cudaGetLastError();
    return 0;
  }
  return count;
}

std::string device_name(int device) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), "asking for the GPU's name");
  return properties.name;
}

void* create_stream(int device) {
  check(cudaSetDevice(device), "choosing the GPU");
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "creating a CUDA stream");
  return stream;
}

void destroy_stream(void* stream) noexcept {
  cudaStreamDestroy(as_stream(stream));
}

std::size_t free_memory(int device) {
  check(cudaSetDevice(device), "choosing the GPU");
  std::size_t free_bytes = 0;
  std::size_t total_bytes = 0;
  check(cudaMemGetInfo(&free_bytes, &total_bytes), "asking for free GPU memory");
  return free_bytes;
}

void* allocate(int device, std::size_t bytes) {
  check(cudaSetDevice(device), "choosing the GPU");
  void* memory = nullptr;
  check(cudaMalloc(&memory, bytes), fmt::format("allocating {} bytes on the GPU", bytes));
  return memory;
}

void deallocate(void* memory) noexcept {
  cudaFree(memory);
}

void copy_from_host(void* stream, void* to, void const* from, std::size_t bytes) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, as_stream(stream)), "copying to the GPU");
}

void copy_to_host(void* stream, void* to, void const* from, std::size_t bytes) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, as_stream(stream)), "copying from the GPU");
  synchronize(stream);
}

void fill_zero(void* stream, void* memory, std::size_t bytes) {
  check(cudaMemsetAsync(memory, 0, bytes, as_stream(stream)), "clearing GPU memory");
}

void synchronize(void* stream) {
  check(cudaStreamSynchronize(as_stream(stream)), "waiting for the GPU");
}

}  // namespace shoal::device::cuda_runtime
