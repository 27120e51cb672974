// SPDX-License-Identifier: MIT
// What tests may ask of the emulated GPU beyond CUDA's calls.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cuda_emulated {

// Calls of this process so far; bytes of copies. Allocations and frees are plain ones, which stop the device; those of
// its memory pool cost little until the pool has to grow.
struct Counts {
  long launches = 0, allocations = 0, frees = 0, pool_allocations = 0, pool_frees = 0, pool_growths = 0, to_device = 0,
       to_host = 0, waits = 0, solver_calls = 0, handles = 0, attributes = 0;
  std::size_t bytes_to_device = 0, bytes_to_host = 0;
};
Counts counts();
// Launches so far of every kernel that was launched, by its name.
std::map<std::string, long> launches_by_kernel();

// From now on kernels whose names contain one of these texts are counted and not run; so are the libraries' calls for
// "cuBLAS" and "cuSOLVER". Memory that is allocated meanwhile holds finite numbers that vary, in place of NaN. An empty
// list runs everything again.
void skip_kernels(std::vector<std::string> texts);

// Kinds of calls that can be made to fail.
enum class Call { allocate, launch, copy, wait, set_device };

// The n-th call of this kind from now on (1: the next) fails with `error`. A sticky error is what every later call
// returns.
void fail_call(Call call, int n, cudaError_t error, bool sticky = false);
// Forgets failures that were asked for, and a sticky error.
void forget_failures();

// Memory of every device that other processes hold from now on.
void occupy_elsewhere(std::size_t bytes);

// Compute capability, driver and number of devices from now on, where a test needs another machine than the
// environment's.
void pretend(int devices, int capability, int driver_version);
// The environment's again.
void pretend_no_more();

// For the stand-ins of libraries: work in a stream, a count, and what a fault of a library is.
void enqueue(cudaStream_t stream, std::function<void()> work);
void count_solver_call();
void count_handle(int by);
bool is_stream(cudaStream_t stream);

}  // namespace cuda_emulated
