// SPDX-License-Identifier: MIT
#include "linalg/handles_cuda.hpp"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "base/error.hpp"

namespace shoal::linalg {

void check(cudaError_t status, std::string_view what) {
  if (status != cudaSuccess) fail(ErrorCode::cuda, fmt::format("{}: {}", what, cudaGetErrorString(status)));
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

SolverState& solver_state(kernels::CudaSpace const& space) {
  check(cudaSetDevice(space.device), "choosing the GPU");
  thread_local std::map<std::pair<int, void*>, SolverState> states;
  SolverState& state = states[{space.device, space.stream}];
  if (!state.solver) {
    cusolverDnHandle_t handle = nullptr;
    check(cusolverDnCreate(&handle), "creating a cuSOLVER handle");
    state.solver = UniqueHandle<SolverTraits>(handle);
    void* memory = nullptr;
    check(cudaMalloc(&memory, sizeof(int)), "allocating cuSOLVER's info");
    state.info = UniqueHandle<DeviceMemoryTraits>(memory);
  }
  check(cusolverDnSetStream(state.solver.get(), static_cast<cudaStream_t>(space.stream)), "choosing cuSOLVER's stream");
  return state;
}

}  // namespace shoal::linalg
