// SPDX-License-Identifier: MIT
// The MPI library that the program runs with.
#pragma once

#include <string>

namespace shoal::mpi {

// Its name and version in one line, for example "Open MPI v4.1.4". Needs no running MPI.
std::string library_version();

// Whether it says that it moves memory of CUDA devices. False where it does not say.
bool is_cuda_aware();

}  // namespace shoal::mpi
