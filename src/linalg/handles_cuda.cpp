// SPDX-License-Identifier: MIT
#include "linalg/handles_cuda.hpp"

#include <fmt/core.h>

#include <memory>

#include "base/error.hpp"
#include "device/stream_state.hpp"
#include "linalg/device_library.hpp"

namespace shoal::linalg {

void check(cudaError_t status, std::string_view what) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());
  fail(ErrorCode::cuda, fmt::format("{}: {}", what, cudaGetErrorString(status)));
}

void check(cublasStatus_t status, std::string_view what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    fail(ErrorCode::cuda, fmt::format("{}: {}", what, cublasGetStatusString(status)));
}

void check(cusolverStatus_t status, std::string_view what) {
  if (status != CUSOLVER_STATUS_SUCCESS) {
    fail(ErrorCode::cuda, fmt::format("{}: cuSOLVER status {}", what, static_cast<int>(status)));
  }
}

void* SolverState::reserve(std::size_t bytes) {
  if (bytes > workspace_bytes) {
    workspace.reset();
    workspace_bytes = 0;
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes), "allocating cuSOLVER's workspace");
    workspace = UniqueHandle<DeviceMemoryTraits>(memory);
    workspace_bytes = bytes;
  }
  return workspace.get();
}

int SolverState::read_info(cudaStream_t stream) const {
  int value = 0;
  check(cudaMemcpyAsync(&value, info.get(), sizeof value, cudaMemcpyDeviceToHost, stream), "reading cuSOLVER's info");
  check(cudaStreamSynchronize(stream), "waiting for cuSOLVER");
  return value;
}

SolverLease solver_state(kernels::CudaSpace const& space) {
  expect(space.state != nullptr, "a device's linear algebra needs the space of a Backend");
  check(cudaSetDevice(space.device), "choosing the GPU");
  std::unique_lock lock(space.state->mutex);
  if (!space.state->solver) {
    auto const state = std::make_shared<SolverState>();
    auto* const stream = static_cast<cudaStream_t>(space.stream);
    cusolverDnHandle_t solver = nullptr;
    check(cusolverDnCreate(&solver), "creating a cuSOLVER handle");
    state->solver = UniqueHandle<SolverTraits>(solver);
    check(cusolverDnSetStream(solver, stream), "choosing cuSOLVER's stream");
    cublasHandle_t blas = nullptr;
    check(cublasCreate(&blas), "creating a cuBLAS handle");
    state->blas = UniqueHandle<BlasTraits>(blas);
    check(cublasSetStream(blas, stream), "choosing cuBLAS's stream");
    void* memory = nullptr;
    check(cudaMalloc(&memory, sizeof(int)), "allocating cuSOLVER's info");
    state->info = UniqueHandle<DeviceMemoryTraits>(memory);
    space.state->solver = state;
  }
  return {std::move(lock), *std::static_pointer_cast<SolverState>(space.state->solver)};
}

std::string device_library() {
  int cusolver[3] = {}, cublas[3] = {};
  libraryPropertyType_t const parts[] = {MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL};
  for (int at = 0; at < 3; ++at) {
    check(cusolverGetProperty(parts[at], &cusolver[at]), "asking for cuSOLVER's version");
    check(cublasGetProperty(parts[at], &cublas[at]), "asking for cuBLAS's version");
  }
  return fmt::format("cuSOLVER {}.{}.{}, cuBLAS {}.{}.{}", cusolver[0], cusolver[1], cusolver[2], cublas[0], cublas[1],
                     cublas[2]);
}

}  // namespace shoal::linalg
