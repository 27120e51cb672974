// SPDX-License-Identifier: MIT
#include "device/backend.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <new>

#include "device/cuda_runtime.hpp"

namespace shoal::device {

namespace {

constexpr std::align_val_t host_alignment{64};

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      auto const colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  }
  return "unknown processor";
}

}  // namespace

std::string_view to_string(BackendKind kind) {
  return kind == BackendKind::cpu ? "cpu" : "cuda";
}

bool cuda_is_built() {
  return cuda_runtime::is_built();
}

int cuda_device_count() {
  return cuda_runtime::device_count();
}

std::unique_ptr<Backend> Backend::cpu(int threads) {
  expect(threads >= 1, "a CPU backend needs at least one thread");
  std::unique_ptr<Backend> backend(new Backend);
  backend->device_name_ = processor_name();
  backend->cpu_space_.threads = threads;
  return backend;
}

std::unique_ptr<Backend> Backend::cuda(int device_number) {
  if (!cuda_is_built()) fail(ErrorCode::not_built, "this build of Shoal has no CUDA backend (use --backend cpu)");
  int const count = cuda_device_count();
  if (device_number < 0 || device_number >= count) {
    fail(ErrorCode::config,
         fmt::format("there is no CUDA device {} (found {}); use --backend cpu", device_number, count));
  }
  std::unique_ptr<Backend> backend(new Backend);
  backend->kind_ = BackendKind::cuda;
  backend->device_name_ = cuda_runtime::device_name(device_number);
  backend->cuda_space_ = {device_number, cuda_runtime::create_stream(device_number)};
  return backend;
}

Backend::~Backend() {
  if (kind_ == BackendKind::cuda) cuda_runtime::destroy_stream(cuda_space_.stream);
}

std::size_t Backend::free_memory() const {
  if (kind_ == BackendKind::cuda) return cuda_runtime::free_memory(cuda_space_.device);
  return static_cast<std::size_t>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void* Backend::allocate(std::size_t bytes) const {
  bytes = std::max<std::size_t>(bytes, 1);
  if (kind_ == BackendKind::cuda) return cuda_runtime::allocate(cuda_space_.device, bytes);
  return ::operator new(bytes, host_alignment);
}

void Backend::deallocate(void* memory) const noexcept {
  if (kind_ == BackendKind::cuda) {
    cuda_runtime::deallocate(memory);
  } else {
    ::operator delete(memory, host_alignment);
  }
}

void Backend::copy_from_host(void* to, void const* from, std::size_t bytes) const {
  if (bytes == 0) return;
  if (kind_ == BackendKind::cuda) return cuda_runtime::copy_from_host(cuda_space_.stream, to, from, bytes);
  std::memcpy(to, from, bytes);
}

void Backend::copy_to_host(void* to, void const* from, std::size_t bytes) const {
  if (bytes == 0) return;
  if (kind_ == BackendKind::cuda) return cuda_runtime::copy_to_host(cuda_space_.stream, to, from, bytes);
  std::memcpy(to, from, bytes);
}

void Backend::fill_zero(void* memory, std::size_t bytes) const {
  if (bytes == 0) return;
  if (kind_ == BackendKind::cuda) return cuda_runtime::fill_zero(cuda_space_.stream, memory, bytes);
  std::memset(memory, 0, bytes);
}

void Backend::synchronize() const {
  if (kind_ == BackendKind::cuda) cuda_runtime::synchronize(cuda_space_.stream);
}

}  // namespace shoal::device
