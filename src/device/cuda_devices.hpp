// SPDX-License-Identifier: MIT
// The CUDA devices of this machine, and why some cannot be used.
#pragma once

#include <string>
#include <vector>

namespace shoal::device {

// CUDA code is compiled for this compute capability (ten times the version) and newer ones.
inline constexpr int least_capability = 80;

struct CudaDevice {
  int number = 0;  // CUDA's
  std::string name;
  int capability = 0;  // ten times the version: 90 is 9.0
};

struct CudaDevices {
  std::vector<CudaDevice> usable;
  // Why a device or the driver cannot be used, and what to do; empty where there is nothing to use.
  std::string problem;
};

// Never an error: what is wrong is told in `problem`. A machine without a driver or a GPU has no problem.
CudaDevices find_cuda_devices();

// A usable device for provenance, for example "NVIDIA H200, compute capability 9.0, CUDA 13.0".
// Errors: config, when there is no such device.
std::string describe_cuda_device(int device_number);

}  // namespace shoal::device
