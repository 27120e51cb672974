// SPDX-License-Identifier: MIT
// cuBLAS and cuSOLVER state of one stream and one thread, because making a handle costs far more than a small
// factorisation.
#pragma once

#include <cusolverDn.h>

#include <cstddef>
#include <string_view>

#include "base/unique_handle.hpp"
#include "kernels/space.hpp"

namespace shoal::linalg {

struct SolverTraits {
  using type = cusolverDnHandle_t;
  static type null() { return nullptr; }
  static void release(type handle) { cusolverDnDestroy(handle); }
};

struct DeviceMemoryTraits {
  using type = void*;
  static type null() { return nullptr; }
  static void release(type memory) { cudaFree(memory); }
};

// A handle, its workspace and LAPACK's `info` on the device.
struct SolverState {
  UniqueHandle<SolverTraits> solver;
  UniqueHandle<DeviceMemoryTraits> workspace;
  std::size_t workspace_bytes = 0;
  UniqueHandle<DeviceMemoryTraits> info;

  // At least `bytes` of workspace. Errors: cuda.
  void* reserve(std::size_t bytes);
  // Waits for the stream and returns info. Errors: cuda.
  int read_info(cudaStream_t stream) const;
};

// This thread's state for the space's stream, with its device made current. Errors: cuda.
SolverState& solver_state(kernels::CudaSpace const& space);

// Errors: cuda, naming the call.
void check(cudaError_t status, std::string_view what);
void check(cusolverStatus_t status, std::string_view what);

}  // namespace shoal::linalg
