// SPDX-License-Identifier: MIT
// cuBLAS and cuSOLVER state of one stream, because making a handle costs far more than a small factorisation. The
// stream's Backend owns it.
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_handle.hpp"
#include "kernels/space.hpp"
#include "linalg/library_calls_cuda.hpp"

namespace shoal::linalg {

struct SolverTraits {
  using type = cusolverDnHandle_t;
  static type null() { return nullptr; }
  static void release(type handle) { cusolver::destroy(handle); }
};

struct BlasTraits {
  using type = cublasHandle_t;
  static type null() { return nullptr; }
  static void release(type handle) { cublas::destroy(handle); }
};

// A handle, its workspace and LAPACK's `info` on the device.
struct SolverState {
  // Errors: cuda.
  explicit SolverState(cudaStream_t of);
  SolverState(SolverState const&) = delete;
  SolverState& operator=(SolverState const&) = delete;
  ~SolverState();

  cudaStream_t stream;
  UniqueHandle<SolverTraits> solver;
  UniqueHandle<BlasTraits> blas;
  void* workspace = nullptr;  // memory of the stream's pool, as is info
  std::size_t workspace_bytes = 0;
  std::vector<std::byte> host_workspace;
  int* info = nullptr;

  // At least `bytes` of workspace. Errors: cuda.
  void* reserve(std::size_t bytes);
  // At least `bytes` of workspace on the host, which work in the stream may still use. Errors: cuda.
  void* reserve_host(std::size_t bytes);
  // Waits for the stream and returns info. Errors: cuda.
  int read_info() const;
};

// The state of a stream while one thread uses it.
class SolverLease {
 public:
  SolverLease(std::unique_lock<std::mutex> lock, SolverState& state) : lock_(std::move(lock)), state_(state) {}
  SolverState* operator->() const { return &state_; }

 private:
  std::unique_lock<std::mutex> lock_;
  SolverState& state_;
};

// The state of the space's stream, made when it is first needed, with the device made current. Errors: cuda; internal,
// for a space that no Backend made.
SolverLease solver_state(kernels::CudaSpace const& space);

// Errors: OutOfMemory; cuda, naming the call.
void check(cudaError_t status, std::string_view what);
void check(cusolverStatus_t status, std::string_view what);
void check(cublasStatus_t status, std::string_view what);

}  // namespace shoal::linalg
