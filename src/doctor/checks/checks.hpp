// SPDX-License-Identifier: MIT
// The checks, one file per subject. Facts are gathered apart from what is thought of them, so that tests give facts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "doctor/doctor.hpp"
#include "doctor/finding.hpp"

namespace shoal::doctor {

// What the launcher's environment says about the job; 0 where it says nothing.
struct LaunchFacts {
  int ranks = 1;             // that MPI sees
  int started_by_slurm = 0;  // SLURM_NTASKS, of a step of srun
  int started_by_mpirun = 0;
  std::string library;  // the MPI library and its version
  bool is_cuda_aware = false;
};
LaunchFacts find_launch(mpi::Communicator const& world);
Findings judge_launch(LaunchFacts const& facts);

// The cores and the memory of one node.
struct NodeFacts {
  std::string name;
  std::string instruction_set;
  bool has_vectors = true;       // an instruction set beyond the portable one
  int cores = 1;                 // of the node
  std::vector<int> bound_cores;  // of each rank of the node
  std::vector<int> threads;      // of each rank of the node
  std::int64_t free_bytes = 0;   // memory that is available; 0: unknown
};
// Collective over the node's ranks.
NodeFacts find_node(mpi::Communicator const& node, int threads);
Findings judge_node(NodeFacts const& facts);

// Collective: every rank writes and reads rows of one file in `folder`.
Findings check_files(mpi::Communicator const& world, std::string const& folder);

// The GPUs of one node with `ranks` ranks.
struct GpuFacts {
  std::string node;
  bool is_built = false;
  int ranks = 1;
  std::vector<std::string> devices;  // usable ones, in words
  std::string problem;               // why others cannot be used
  std::string libraries;             // versions of cuBLAS and cuSOLVER, where there is a device
  std::string library_problem;       // why they cannot be loaded
};
GpuFacts find_gpus(mpi::Communicator const& node);
Findings judge_gpus(GpuFacts const& facts);

}  // namespace shoal::doctor
