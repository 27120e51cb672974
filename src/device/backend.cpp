// SPDX-License-Identifier: MIT
#include "device/backend.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <new>

#include "device/cuda_runtime.hpp"
#include "device/memory_in_use.hpp"
#include "device/stream_state.hpp"

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

CudaDevices find_cuda_devices() {
  return cuda_runtime::find_devices();
}

int cuda_device_count() {
  return static_cast<int>(find_cuda_devices().usable.size());
}

namespace {

CudaDevice usable_device(int device_number) {
  CudaDevices const devices = find_cuda_devices();
  auto const count = static_cast<int>(devices.usable.size());
  if (device_number < 0 || device_number >= count) {
    std::string const why = devices.problem.empty() ? "" : "; " + devices.problem;
    fail(ErrorCode::config,
         fmt::format("there is no CUDA device {} (found {}{}); use --backend cpu", device_number, count, why));
  }
  return devices.usable[static_cast<std::size_t>(device_number)];
}

}  // namespace

std::string describe_cuda_device(int device_number) {
  CudaDevice const device = usable_device(device_number);
  return fmt::format("{}, compute capability {}.{}, {}", device.name, device.capability / 10, device.capability % 10,
                     cuda_runtime::version());
}

std::size_t device_memory_in_use(int device_number) {
  return cuda_runtime::pooled_memory(usable_device(device_number).number).reserved;
}

std::unique_ptr<Backend> Backend::cpu(int threads) {
  expect(threads >= 1, "a CPU backend needs at least one thread");
  std::unique_ptr<Backend> backend(new Backend);
  backend->device_name_ = processor_name();
  backend->cpu_space_.threads = threads;
  return backend;
}

std::unique_ptr<Backend> Backend::cuda(int device_number, int threads, int ranks) {
  if (!cuda_is_built()) fail(ErrorCode::not_built, "this build of Shoal has no CUDA backend (use --backend cpu)");
  expect(threads >= 1 && ranks >= 1, "a CUDA backend needs at least one thread of at least one rank");
  CudaDevice const device = usable_device(device_number);
  std::unique_ptr<Backend> backend(new Backend);
  backend->kind_ = BackendKind::cuda;
  backend->device_name_ = device.name;
  backend->cpu_space_.threads = threads;
  backend->ranks_ = ranks;
  backend->state_ = std::make_unique<kernels::StreamState>();
  backend->cuda_space_ = {device.number, cuda_runtime::create_stream(device.number), backend->state_.get()};
  backend->uploads_ = cuda_runtime::create_uploads(device.number, backend->cuda_space_.stream);
  return backend;
}

Backend::~Backend() {
  if (kind_ != BackendKind::cuda) return;
  state_.reset();
  uploads_.reset();
  cuda_runtime::destroy_stream(cuda_space_.stream);
}

std::size_t Backend::free_memory() const {
  if (kind_ == BackendKind::cuda) {
    return cuda_runtime::free_memory(cuda_space_.device) / static_cast<std::size_t>(ranks_);
  }
  return static_cast<std::size_t>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void* Backend::allocate(std::size_t bytes) const {
  bytes = std::max<std::size_t>(bytes, 1);
  if (kind_ == BackendKind::cuda) return cuda_runtime::allocate(cuda_space_.device, cuda_space_.stream, bytes);
  return ::operator new(bytes, host_alignment);
}

void Backend::deallocate(void* memory) const noexcept {
  if (kind_ == BackendKind::cuda) {
    cuda_runtime::deallocate(cuda_space_.stream, memory);
  } else {
    ::operator delete(memory, host_alignment);
  }
}

void Backend::copy_from_host(void* to, void const* from, std::size_t bytes) const {
  if (bytes == 0) return;
  if (kind_ == BackendKind::cuda) return cuda_runtime::copy_from_host(*uploads_, to, from, bytes);
  std::memcpy(to, from, bytes);
}

void Backend::copy_to_host(void* to, void const* from, std::size_t bytes) const {
  if (bytes == 0) return;
  if (kind_ == BackendKind::cuda) {
    return cuda_runtime::copy_to_host(cuda_space_.device, cuda_space_.stream, to, from, bytes);
  }
  std::memcpy(to, from, bytes);
}

void Backend::fill_zero(void* memory, std::size_t bytes) const {
  if (bytes == 0) return;
  if (kind_ == BackendKind::cuda) {
    return cuda_runtime::fill_zero(cuda_space_.device, cuda_space_.stream, memory, bytes);
  }
  std::memset(memory, 0, bytes);
}

void Backend::synchronize() const {
  if (kind_ == BackendKind::cuda) cuda_runtime::synchronize(cuda_space_.device, cuda_space_.stream);
}

}  // namespace shoal::device
