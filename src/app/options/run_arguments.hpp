// SPDX-License-Identifier: MIT
// Where and how a command runs.
#pragma once

#include <cstdint>

#include "app/command_line/option_row.hpp"
#include "device/backend.hpp"
#include "kernels/precision.hpp"
#include "mpi/communicator.hpp"

namespace shoal::app {

enum class BackendChoice { automatic, cpu, cuda };

struct RunArguments {
  BackendChoice backend = BackendChoice::automatic;
  int threads = 0;         // 0: this rank's share of the cores
  std::int64_t batch = 0;  // sequences in flight per scorer; 0: by memory
  kernels::Precision precision = kernels::Precision::f32;

  void add_to(OptionTable& options);
  void validate() const;                     // errors: config
  device::BackendKind backend_kind() const;  // errors: config
  // The same on every rank: a scan's numbers depend on it. Collective. Errors, on every rank: config, also when some
  // ranks have a CUDA device and others have none and --backend does not say which is meant.
  device::BackendKind agreed_backend(mpi::Communicator const& communicator) const;
  // Threads of this rank (app/options/rank_threads.hpp). Collective over `node`.
  int thread_count(mpi::Communicator const& node) const;
};

}  // namespace shoal::app
