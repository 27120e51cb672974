// SPDX-License-Identifier: MIT
#include "device/cuda_runtime.hpp"

#include <cuda_runtime_api.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mutex>

#include "base/error.hpp"
#include "device/backend.hpp"

namespace shoal::device::cuda_runtime {

namespace {

// CUDA forgets the error, so that nobody who goes on after it is blamed for it.
void check(cudaError_t status, std::string_view what, std::source_location where = std::source_location::current()) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());
  fail(ErrorCode::cuda, fmt::format("{}: {} ({})", what, cudaGetErrorString(status), cudaGetErrorName(status)), where);
}

void choose(int device) {
  check(cudaSetDevice(device), "choosing the GPU");
}

cudaStream_t as_stream(void* stream) {
  return static_cast<cudaStream_t>(stream);
}

cudaMemPool_t pool_of(int device) {
  cudaMemPool_t pool = nullptr;
  check(cudaDeviceGetDefaultMemPool(&pool, device), "asking for the GPU's memory pool");
  return pool;
}

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

int driver_version() {
  int version = 0;
  static_cast<void>(cudaDriverGetVersion(&version));
  return version;
}

int library_version() {
  int version = 0;
  static_cast<void>(cudaRuntimeGetVersion(&version));
  return version;
}

// Why cudaGetDeviceCount failed. Without a driver it reports one that is too old, of version 0.
std::string problem_of(cudaError_t status) {
  int const driver = driver_version();
  if (status == cudaErrorNoDevice) return {};
  if (status == cudaErrorInsufficientDriver && driver == 0) return {};
  if (status == cudaErrorInsufficientDriver) {
    return fmt::format("the GPU driver knows CUDA {}, this build needs {}: install a newer driver",
                       version_text(driver), version_text(library_version()));
  }
  return fmt::format("the CUDA runtime does not start: {} ({})", cudaGetErrorString(status), cudaGetErrorName(status));
}

}  // namespace

bool is_built() {
  return true;
}

CudaDevices find_devices() {
  CudaDevices devices;
  int count = 0;
  cudaError_t const status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    devices.problem = problem_of(status);
    return devices;
  }
  for (int number = 0; number < count; ++number) {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, number), "asking for a GPU's name");
    CudaDevice const device{number, properties.name, 10 * properties.major + properties.minor};
    if (device.capability >= least_capability) {
      devices.usable.push_back(device);
    } else {
      devices.problem =
          fmt::format("GPU {} ({}) has compute capability {}.{}, CUDA code of Shoal needs {}.{} or newer", number,
                      device.name, properties.major, properties.minor, least_capability / 10, least_capability % 10);
    }
  }
  return devices;
}

std::string version() {
  return fmt::format("CUDA {}", version_text(library_version()));
}

void* create_stream(int device) {
  choose(device);
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "creating a CUDA stream");
  // Without this every wait would give unused memory back to the driver.
  std::uint64_t keep_all = std::numeric_limits<std::uint64_t>::max();
  check(cudaMemPoolSetAttribute(pool_of(device), cudaMemPoolAttrReleaseThreshold, &keep_all),
        "keeping pooled GPU memory");
  return stream;
}

void destroy_stream(void* stream) noexcept {
  cudaStreamDestroy(as_stream(stream));
}

// Bytes wait in pinned slots that take turns, so that the caller's memory is free at once: a GPU that reads the host's
// memory by itself (GH200, HMM) would otherwise read it later.
class Uploads {
 public:
  Uploads(int device, cudaStream_t stream) : device_(device), stream_(stream) {}
  Uploads(Uploads const&) = delete;
  Uploads& operator=(Uploads const&) = delete;
  ~Uploads() {
    for (Slot const& slot : slots_) {
      if (slot.sent != nullptr) cudaEventSynchronize(slot.sent);
      if (slot.sent != nullptr) cudaEventDestroy(slot.sent);
      if (slot.memory != nullptr) cudaFreeHost(slot.memory);
    }
  }

  void copy(void* to, void const* from, std::size_t bytes) {
    std::scoped_lock const lock(mutex_);
    choose(device_);
    for (std::size_t done = 0; done < bytes; done += slot_bytes) {
      std::size_t const part = std::min(slot_bytes, bytes - done);
      send(static_cast<char*>(to) + done, static_cast<char const*>(from) + done, part);
    }
  }

 private:
  static constexpr std::size_t slot_bytes = std::size_t{256} << 10;
  struct Slot {
    void* memory = nullptr;
    cudaEvent_t sent = nullptr;
  };

  void send(void* to, void const* from, std::size_t bytes) {
    Slot& slot = slots_[next_];
    next_ = (next_ + 1) % slots_.size();
    if (slot.memory == nullptr) {
      check(cudaMallocHost(&slot.memory, slot_bytes), "allocating pinned memory");
      check(cudaEventCreateWithFlags(&slot.sent, cudaEventDisableTiming), "creating a CUDA event");
    } else {
      check(cudaEventSynchronize(slot.sent), "waiting for a copy to the GPU");
    }
    std::memcpy(slot.memory, from, bytes);
    check(cudaMemcpyAsync(to, slot.memory, bytes, cudaMemcpyHostToDevice, stream_), "copying to the GPU");
    check(cudaEventRecord(slot.sent, stream_), "recording a CUDA event");
  }

  int device_;
  cudaStream_t stream_;
  std::mutex mutex_;
  // Many, because a fit sends many small things before the device has got to the first.
  std::array<Slot, 16> slots_{};
  std::size_t next_ = 0;
};

std::shared_ptr<Uploads> create_uploads(int device, void* stream) {
  return std::make_shared<Uploads>(device, as_stream(stream));
}

PooledMemory pooled_memory(int device) {
  choose(device);
  std::uint64_t reserved = 0;
  std::uint64_t used = 0;
  cudaMemPool_t const pool = pool_of(device);
  check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &reserved), "asking for pooled GPU memory");
  check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used), "asking for pooled GPU memory");
  return {reserved, used};
}

std::size_t free_memory(int device) {
  choose(device);
  std::size_t free_bytes = 0;
  std::size_t total_bytes = 0;
  check(cudaMemGetInfo(&free_bytes, &total_bytes), "asking for free GPU memory");
  PooledMemory const pool = pooled_memory(device);
  return free_bytes + (pool.reserved > pool.used ? pool.reserved - pool.used : 0);
}

void* allocate(int device, void* stream, std::size_t bytes) {
  choose(device);
  void* memory = nullptr;
  cudaError_t const status = cudaMallocAsync(&memory, bytes, as_stream(stream));
  if (status == cudaErrorMemoryAllocation) {
    static_cast<void>(cudaGetLastError());
    throw OutOfMemory(fmt::format("the GPU has too little free memory for {} bytes: use a smaller --batch", bytes));
  }
  check(status, fmt::format("allocating {} bytes on the GPU", bytes));
  return memory;
}

void deallocate(void* stream, void* memory) noexcept {
  cudaFreeAsync(memory, as_stream(stream));
}

void copy_from_host(Uploads& uploads, void* to, void const* from, std::size_t bytes) {
  uploads.copy(to, from, bytes);
}

void copy_to_host(int device, void* stream, void* to, void const* from, std::size_t bytes) {
  choose(device);
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, as_stream(stream)), "copying from the GPU");
  synchronize(device, stream);
}

void fill_zero(int device, void* stream, void* memory, std::size_t bytes) {
  choose(device);
  check(cudaMemsetAsync(memory, 0, bytes, as_stream(stream)), "clearing GPU memory");
}

void synchronize(int device, void* stream) {
  choose(device);
  check(cudaStreamSynchronize(as_stream(stream)), "waiting for the GPU");
}

}  // namespace shoal::device::cuda_runtime
