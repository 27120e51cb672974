// SPDX-License-Identifier: MIT
// Checked MPI calls: MPI returns errors here instead of ending the job.
#pragma once

#include <mpi.h>

#include <string_view>

namespace shoal::mpi {

// Errors: mpi, "CALL failed: REASON", when `status` is not MPI_SUCCESS.
void check_mpi(int status, std::string_view call);

}  // namespace shoal::mpi
