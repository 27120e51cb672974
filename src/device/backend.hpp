// SPDX-License-Identifier: MIT
// Where a computation runs: the host's cores or one CUDA device. A Backend knows memory and ordering, no operation.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "device/cuda_devices.hpp"
#include "kernels/space.hpp"

namespace shoal::device {

namespace cuda_runtime {
class Uploads;
}

enum class BackendKind { cpu, cuda };

std::string_view to_string(BackendKind kind);

// True when this build has the CUDA backend.
bool cuda_is_built();

// Number of usable CUDA devices: 0 without a device, a driver or the CUDA build. Never an error; find_cuda_devices
// (cuda_devices.hpp) tells why a device cannot be used.
int cuda_device_count();

// Memory that a device does not have: whoever can work with less may catch it.
class OutOfMemory : public Error {
 public:
  explicit OutOfMemory(std::string_view text, std::source_location where = std::source_location::current())
      : Error(ErrorCode::cuda, text, where) {}
};

// Memory and one stream of work. Copies and fills are ordered with the kernels launched through `dispatch`.
// Move-only. A Buffer keeps a pointer to the Backend that made it, which must outlive it and not move meanwhile.
class Backend {
 public:
  // Host backend with `threads` OpenMP threads (at least 1).
  static std::unique_ptr<Backend> cpu(int threads = 1);
  // CUDA backend with a stream of its own. `device_number` counts the usable devices; `threads` OpenMP threads work on
  // the host beside it; `ranks` processes share the device's memory. Errors: not_built; config, when there is no such
  // device.
  static std::unique_ptr<Backend> cuda(int device_number = 0, int threads = 1, int ranks = 1);

  Backend(Backend const&) = delete;
  Backend& operator=(Backend const&) = delete;
  ~Backend();

  BackendKind kind() const { return kind_; }
  // The processor model or the GPU's name, for provenance.
  std::string const& device_name() const { return device_name_; }
  // The host's threads, on every backend.
  kernels::CpuSpace cpu_space() const { return cpu_space_; }
  kernels::CudaSpace cuda_space() const { return cuda_space_; }
  // Bytes of memory that this process may take now: its share of what is free on the device (on the CPU the host's
  // available memory).
  std::size_t free_memory() const;

  // Uninitialised memory, aligned to at least 64 bytes. Errors: OutOfMemory; cuda; std::bad_alloc on the host.
  void* allocate(std::size_t bytes) const;
  void deallocate(void* memory) const noexcept;
  // Returns when `from` has been read, maybe before the bytes are on the device.
  void copy_from_host(void* to, void const* from, std::size_t bytes) const;
  // Returns when the bytes are on the host.
  void copy_to_host(void* to, void const* from, std::size_t bytes) const;
  void fill_zero(void* memory, std::size_t bytes) const;
  // Waits until all work of this backend has ended.
  void synchronize() const;

 private:
  Backend() = default;

  BackendKind kind_ = BackendKind::cpu;
  std::string device_name_;
  kernels::CpuSpace cpu_space_;
  kernels::CudaSpace cuda_space_;
  int ranks_ = 1;
  // In this order, so that the libraries' handles are destroyed before what they use.
  std::shared_ptr<cuda_runtime::Uploads> uploads_;
  std::unique_ptr<kernels::StreamState> state_;
};

// Calls f(space) with the backend's space. Holds the only #if on CUDA in host code.
template <class Function>
decltype(auto) dispatch(Backend const& backend, Function&& f) {
  if (backend.kind() == BackendKind::cuda) {
#if defined(SHOAL_WITH_CUDA)
    return std::forward<Function>(f)(backend.cuda_space());
#else
    fail(ErrorCode::not_built, "this build of Shoal has no CUDA backend");
#endif
  }
  return std::forward<Function>(f)(backend.cpu_space());
}

}  // namespace shoal::device
