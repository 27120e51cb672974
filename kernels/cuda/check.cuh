// SPDX-License-Identifier: MIT
// Status checks of CUDA runtime calls inside kernels/cuda.
#pragma once

#include <cuda_runtime.h>

#include <source_location>
#include <string>

#include "base/error.hpp"

namespace shoal::kernels::cuda {

// Throws a cuda Error "what: CUDA's text (CUDA's name)" unless `status` is success. CUDA forgets the error, so that
// nobody who goes on after it is blamed for it.
inline void check(cudaError_t status, char const* what, std::source_location where = std::source_location::current()) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());
  std::string const text =
      std::string(what) + ": " + cudaGetErrorString(status) + " (" + cudaGetErrorName(status) + ")";
  fail(ErrorCode::cuda, text, where);
}

}  // namespace shoal::kernels::cuda
