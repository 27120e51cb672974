// SPDX-License-Identifier: MIT
// The device's BLAS and LAPACK: cuBLAS and cuSOLVER.
#pragma once

#include <string>

namespace shoal::linalg {

// Their versions, for a store's provenance, for example "cuSOLVER 12.0.4, cuBLAS 13.1.0"; empty in a build without
// CUDA. Loads them. Errors: cuda, naming a library that cannot be loaded and what to do.
std::string device_library();

}  // namespace shoal::linalg
