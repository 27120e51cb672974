// SPDX-License-Identifier: MIT
#include "linalg/handles_cuda.hpp"

#include <fmt/core.h>

#include <memory>

#include "base/error.hpp"
#include "device/backend.hpp"
#include "device/stream_state.hpp"
#include "linalg/device_library.hpp"

namespace shoal::linalg {

void check(cudaError_t status, std::string_view what) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());
  std::string const text = fmt::format("{}: {}", what, cudaGetErrorString(status));
  if (status == cudaErrorMemoryAllocation) throw device::OutOfMemory(text);
  fail(ErrorCode::cuda, text);
}

void check(cublasStatus_t status, std::string_view what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    fail(ErrorCode::cuda, fmt::format("{}: {}", what, cublas::status_string(status)));
}

void check(cusolverStatus_t status, std::string_view what) {
  if (status != CUSOLVER_STATUS_SUCCESS) {
    fail(ErrorCode::cuda, fmt::format("{}: cuSOLVER status {}", what, static_cast<int>(status)));
  }
}

SolverState::SolverState(cudaStream_t of) : stream(of) {
  cusolverDnHandle_t made = nullptr;
  check(cusolver::create(&made), "creating a cuSOLVER handle");
  solver = UniqueHandle<SolverTraits>(made);
  check(cusolver::set_stream(made, stream), "choosing cuSOLVER's stream");
  cublasHandle_t made_blas = nullptr;
  check(cublas::create(&made_blas), "creating a cuBLAS handle");
  blas = UniqueHandle<BlasTraits>(made_blas);
  check(cublas::set_stream(made_blas, stream), "choosing cuBLAS's stream");
  void* memory = nullptr;
  check(cudaMallocAsync(&memory, sizeof *info, stream), "allocating cuSOLVER's info");
  info = static_cast<int*>(memory);
}

SolverState::~SolverState() {
  if (workspace != nullptr) cudaFreeAsync(workspace, stream);
  if (info != nullptr) cudaFreeAsync(info, stream);
}

void* SolverState::reserve(std::size_t bytes) {
  if (bytes > workspace_bytes) {
    if (workspace != nullptr) check(cudaFreeAsync(workspace, stream), "freeing cuSOLVER's workspace");
    workspace = nullptr;
    workspace_bytes = 0;
    check(cudaMallocAsync(&workspace, bytes, stream), "allocating cuSOLVER's workspace");
    workspace_bytes = bytes;
  }
  return workspace;
}

void* SolverState::reserve_host(std::size_t bytes) {
  if (bytes > host_workspace.size()) {
    check(cudaStreamSynchronize(stream), "waiting to grow cuSOLVER's memory");
    host_workspace.resize(bytes);
  }
  return host_workspace.data();
}

int SolverState::read_info() const {
  int value = 0;
  check(cudaMemcpyAsync(&value, info, sizeof value, cudaMemcpyDeviceToHost, stream), "reading cuSOLVER's info");
  check(cudaStreamSynchronize(stream), "waiting for cuSOLVER");
  return value;
}

SolverLease solver_state(kernels::CudaSpace const& space) {
  expect(space.state != nullptr, "a device's linear algebra needs the space of a Backend");
  check(cudaSetDevice(space.device), "choosing the GPU");
  std::unique_lock lock(space.state->mutex);
  if (!space.state->solver) {
    space.state->solver = std::make_shared<SolverState>(static_cast<cudaStream_t>(space.stream));
  }
  return {std::move(lock), *std::static_pointer_cast<SolverState>(space.state->solver)};
}

std::string device_library() {
  int solver[3] = {}, blas[3] = {};
  libraryPropertyType_t const parts[] = {MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL};
  for (int at = 0; at < 3; ++at) {
    check(cusolver::property(parts[at], &solver[at]), "asking for cuSOLVER's version");
    check(cublas::property(parts[at], &blas[at]), "asking for cuBLAS's version");
  }
  return fmt::format("cuSOLVER {}.{}.{}, cuBLAS {}.{}.{}", solver[0], solver[1], solver[2], blas[0], blas[1], blas[2]);
}

}  // namespace shoal::linalg
