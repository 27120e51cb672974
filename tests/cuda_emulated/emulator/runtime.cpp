// SPDX-License-Identifier: MIT
// The CUDA runtime's calls: devices, errors, memory, copies, launches.
#include <cuda_runtime.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <vector>

#include "blocks.hpp"
#include "device_memory.hpp"
#include "pools.hpp"
#include "recording.hpp"
#include "settings.hpp"
#include "state.hpp"
#include "streams.hpp"

using namespace cuda_emulated;

namespace {

std::set<void*>& pinned() {
  static auto& all = *new std::set<void*>;
  return all;
}

std::size_t free_bytes() {
  std::size_t const used = held_bytes(current_device()) + the_machine().elsewhere;
  return used < settings().memory ? settings().memory - used : 0;
}

bool has_device(int device) {
  return device >= 0 && device < the_machine().devices && the_machine().driver_version >= runtime_version;
}

// Pageable memory of the host is read late, as on machines where GPUs read it themselves: it must not change before.
void copy_to_device(void* to, void const* from, std::size_t bytes, cudaStream_t stream) {
  if (is_device_memory(from)) die("a copy to the device reads device memory");
  require_allocated(to, bytes, "a copy to the device");
  ++counted().to_device;
  counted().bytes_to_device += bytes;
  auto const* const first = static_cast<char const*>(from);
  bool const is_pinned = pinned().contains(const_cast<void*>(from));
  auto seen = std::make_shared<std::vector<char>>(first, first + (is_pinned ? 0 : bytes));
  put(stream, [=] {
    if (!is_pinned && std::memcmp(seen->data(), from, bytes) != 0) {
      die("the host changed or freed memory of " + std::to_string(bytes) + " bytes before a copy had read it");
    }
    std::memcpy(to, from, bytes);
  });
}

// Until the copy is done, the host sees NaN.
void copy_to_host(void* to, void const* from, std::size_t bytes, cudaStream_t stream) {
  if (is_device_memory(to)) die("a copy to the host writes device memory");
  require_allocated(from, bytes, "a copy to the host");
  ++counted().to_host;
  counted().bytes_to_host += bytes;
  std::memset(to, 0xFF, bytes);
  put(stream, [=] { std::memcpy(to, from, bytes); });
}

void copy_within(void* to, void const* from, std::size_t bytes, cudaStream_t stream) {
  require_allocated(from, bytes, "a copy within the device");
  require_allocated(to, bytes, "a copy within the device");
  put(stream, [=] { std::memmove(to, from, bytes); });
}

// A demangled name without its unnamed namespaces and parameters.
std::string short_name(std::string name) {
  constexpr std::string_view unnamed = "(anonymous namespace)::";
  for (std::size_t at = name.find(unnamed); at != std::string::npos; at = name.find(unnamed)) {
    name.erase(at, unnamed.size());
  }
  return name.substr(0, name.find('('));
}

// Sizes of allocations of the pools.
std::map<void*, std::pair<int, std::size_t>>& pooled() {
  static auto& all = *new std::map<void*, std::pair<int, std::size_t>>;
  return all;
}

cudaError_t allocate(void** memory, std::size_t bytes) {
  if (cudaError_t const failure = failure_of(Call::allocate)) return returned(failure);
  ++counted().allocations;
  *memory = bytes <= free_bytes() ? allocate_device(bytes, current_device()) : nullptr;
  if (*memory != nullptr) hold(current_device(), static_cast<std::ptrdiff_t>(bytes));
  return returned(*memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}

cudaError_t allocate_in_pool(void** memory, std::size_t bytes) {
  if (cudaError_t const failure = failure_of(Call::allocate)) return returned(failure);
  ++counted().pool_allocations;
  int const device = current_device();
  *memory = take_from_pool(device, bytes) ? allocate_device(bytes, device) : nullptr;
  if (*memory == nullptr) return returned(cudaErrorMemoryAllocation);
  pooled()[*memory] = {device, bytes};
  return returned(cudaSuccess);
}

}  // namespace

namespace cuda_emulated {

cudaError_t launch(cudaLaunchConfig_t const& config, void const* kernel, std::function<void()> body) {
  std::scoped_lock const lock(machine());
  if (cudaError_t const failure = failure_of(Call::launch)) return returned(failure);
  if (!has_device(current_device())) return returned(cudaErrorInvalidDevice);
  if (the_machine().capability < 80) return returned(cudaErrorNoKernelImageForDevice);
  if (cudaError_t const limit = check_limits(config, kernel)) return returned(limit);
  ++counted().launches;
  static auto& names = *new std::set<std::string>;
  char const* const text = names.insert(short_name(name_of(kernel))).first->c_str();
  count_kernel(text);
  if (is_skipped(text)) return returned(cudaSuccess);
  auto work =
      std::make_shared<Launch>(Launch{text, config.gridDim, config.blockDim, config.dynamicSmemBytes, std::move(body)});
  put(config.stream, [work] { run_grid(*work); });
  return returned(cudaSuccess);
}

}  // namespace cuda_emulated

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  std::scoped_lock const lock(machine());
  Machine const& here = the_machine();
  *count = 0;
  if (here.driver_version < runtime_version) return returned(cudaErrorInsufficientDriver);
  if (here.devices == 0) return returned(cudaErrorNoDevice);
  *count = here.devices;
  return returned(cudaSuccess);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  std::scoped_lock const lock(machine());
  if (!has_device(device)) return returned(cudaErrorInvalidDevice);
  *properties = {};
  std::strcpy(properties->name, "emulated GPU");
  properties->totalGlobalMem = settings().memory;
  properties->major = the_machine().capability / 10;
  properties->minor = the_machine().capability % 10;
  properties->multiProcessorCount = 2;
  return returned(cudaSuccess);
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  std::scoped_lock const lock(machine());
  if (!has_device(device)) return returned(cudaErrorInvalidDevice);
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
      *value = 2;
      break;  // few, so that blocks take several items
    case cudaDevAttrComputeCapabilityMajor:
      *value = the_machine().capability / 10;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = the_machine().capability % 10;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(most_shared_bytes);
      break;
    default:
      return returned(cudaErrorInvalidValue);
  }
  return returned(cudaSuccess);
}

cudaError_t cudaDriverGetVersion(int* version) {
  std::scoped_lock const lock(machine());
  *version = the_machine().driver_version;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = runtime_version;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  std::scoped_lock const lock(machine());
  if (cudaError_t const failure = failure_of(Call::set_device)) return returned(failure);
  if (!has_device(device)) return returned(cudaErrorInvalidDevice);
  current_device() = device;
  return returned(cudaSuccess);
}

cudaError_t cudaGetDevice(int* device) {
  *device = current_device();
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
  std::scoped_lock const lock(machine());
  if (cudaError_t const failure = failure_of(Call::wait)) return returned(failure);
  ++counted().waits;
  finish_all();
  release_unused();
  return returned(cudaSuccess);
}

cudaError_t cudaGetLastError() {
  return take_last_error();
}

cudaError_t cudaPeekAtLastError() {
  return peek_last_error();
}

char const* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration:
      return "cudaErrorInvalidConfiguration";
    case cudaErrorInsufficientDriver:
      return "cudaErrorInsufficientDriver";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorNoKernelImageForDevice:
      return "cudaErrorNoKernelImageForDevice";
    case cudaErrorIllegalAddress:
      return "cudaErrorIllegalAddress";
    case cudaErrorLaunchOutOfResources:
      return "cudaErrorLaunchOutOfResources";
    case cudaErrorLaunchFailure:
      return "cudaErrorLaunchFailure";
    case cudaErrorSystemNotReady:
      return "cudaErrorSystemNotReady";
    default:
      return "cudaErrorUnknown";
  }
}

char const* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInsufficientDriver:
      return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorNoDevice:
      return "no CUDA-capable device is detected";
    case cudaErrorLaunchOutOfResources:
      return "too many resources requested for launch";
    case cudaErrorIllegalAddress:
      return "an illegal memory access was encountered";
    case cudaErrorSystemNotReady:
      return "system not yet initialized";
    default:
      return "emulated error";
  }
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, void const* function) {
  std::scoped_lock const lock(machine());
  *attributes = attributes_of(function);
  return returned(cudaSuccess);
}

cudaError_t cudaFuncSetAttribute(void const* function, cudaFuncAttribute, int value) {
  std::scoped_lock const lock(machine());
  ++counted().attributes;
  return returned(allow_shared(function, value));
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  std::scoped_lock const lock(machine());
  *free = free_bytes();
  *total = settings().memory;
  return returned(cudaSuccess);
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  std::scoped_lock const lock(machine());
  return allocate(memory, bytes);
}

// Waits for the device, as CUDA's does.
cudaError_t cudaFree(void* memory) {
  std::scoped_lock const lock(machine());
  if (memory == nullptr) return returned(cudaSuccess);
  ++counted().frees;
  finish_all();
  hold(device_of(memory), -static_cast<std::ptrdiff_t>(free_device(memory)));
  release_unused();
  return returned(cudaSuccess);
}

cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  if (!knows_stream(stream)) die("memory is allocated in a stream that was destroyed or never made");
  return allocate_in_pool(memory, bytes);
}

cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  if (memory == nullptr) return returned(cudaSuccess);
  ++counted().pool_frees;
  auto const found = pooled().find(memory);
  if (found == pooled().end()) die("memory is freed into a pool that is not its own, or twice");
  give_to_pool(found->second.first, found->second.second);
  pooled().erase(found);
  put(stream, [=] { free_device(memory); });
  return returned(cudaSuccess);
}

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
  std::scoped_lock const lock(machine());
  *memory = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (*memory == nullptr) return returned(cudaErrorMemoryAllocation);
  pinned().insert(*memory);
  return returned(cudaSuccess);
}

cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  return cudaHostAlloc(memory, bytes, cudaHostAllocDefault);
}

cudaError_t cudaFreeHost(void* memory) {
  std::scoped_lock const lock(machine());
  finish_all();
  if (memory != nullptr && pinned().erase(memory) == 0) die("host memory is freed that is not pinned");
  std::free(memory);
  return returned(cudaSuccess);
}

cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  if (cudaError_t const failure = failure_of(Call::copy)) return returned(failure);
  if (bytes == 0) return returned(cudaSuccess);
  if (kind == cudaMemcpyDefault) {
    bool const reads = is_device_memory(from), writes = is_device_memory(to);
    kind = reads && writes ? cudaMemcpyDeviceToDevice : reads ? cudaMemcpyDeviceToHost : cudaMemcpyHostToDevice;
  }
  if (kind == cudaMemcpyHostToDevice) copy_to_device(to, from, bytes, stream);
  if (kind == cudaMemcpyDeviceToHost) copy_to_host(to, from, bytes, stream);
  if (kind == cudaMemcpyDeviceToDevice) copy_within(to, from, bytes, stream);
  return returned(cudaSuccess);
}

cudaError_t cudaMemcpy(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind) {
  std::scoped_lock const lock(machine());
  cudaError_t const error = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
  finish(cudaStream_t{nullptr});
  return error;
}

cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  require_allocated(memory, bytes, "a fill");
  put(stream, [=] { std::memset(memory, value, bytes); });
  return returned(cudaSuccess);
}

cudaError_t cudaMemset(void* memory, int value, std::size_t bytes) {
  return cudaMemsetAsync(memory, value, bytes, nullptr);
}
}
