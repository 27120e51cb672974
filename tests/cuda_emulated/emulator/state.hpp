// SPDX-License-Identifier: MIT
// Errors, counts and limits that the emulated runtime's calls share.
#pragma once

#include <string>

#include "control.hpp"

namespace cuda_emulated {

// The machine as the environment or a test describes it.
struct Machine {
  int devices, capability, driver_version;
  std::size_t elsewhere = 0;
};
Machine& the_machine();
inline constexpr int runtime_version = 13000;

Counts& counted();

// What a call returns: an error that was asked for, else `error`. It becomes the thread's last error.
cudaError_t returned(cudaError_t error);
// The error that this call must fail with; cudaSuccess where it may work.
cudaError_t failure_of(Call call);
cudaError_t take_last_error();
cudaError_t peek_last_error();

// The device that the calling thread has chosen.
int& current_device();

// Limits of a launch, by the function's name in this program and the table that scripts/ptxas_check writes. cudaSuccess
// where the kernel fits; where its name or its line is missing, only CUDA's general limits count.
cudaError_t check_limits(cudaLaunchConfig_t const& config, void const* kernel);
// The function's demangled name; empty in a stripped program.
std::string name_of(void const* function);
cudaFuncAttributes attributes_of(void const* kernel);
cudaError_t allow_shared(void const* kernel, int bytes);

}  // namespace cuda_emulated
