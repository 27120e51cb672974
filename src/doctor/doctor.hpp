// SPDX-License-Identifier: MIT
// Looks at what a job of this size has on these machines: cores, memory, MPI, the file system of the results, GPUs.
#pragma once

#include <string>

#include "doctor/finding.hpp"
#include "mpi/communicator.hpp"

namespace shoal::doctor {

struct DoctorOptions {
  std::string folder = ".";  // where results would be written; a small file is made there and removed
  int threads = 1;           // of this rank
};

// Collective; the same findings on every rank, in a fixed order. What differs between nodes is told node by node.
// Nothing that is wrong with the machine is an error of this function. Errors: mpi.
Findings examine(mpi::Communicator const& world, DoctorOptions const& options);

// One line per finding, its advice below it.
std::string to_text(Findings const& findings);

// Whether a scan would stop.
bool has_fault(Findings const& findings);

}  // namespace shoal::doctor
