// SPDX-License-Identifier: MIT
// The frame of every command that runs on many ranks.
#pragma once

#include <functional>

#include "mpi/communicator.hpp"

namespace shoal::app {

// Starts MPI, calls `work` on every rank and returns its exit status. An Error is one that all ranks agreed on: it is
// logged once and becomes the status. Any other exception ends the whole job, since other ranks may wait for this one.
int under_mpi(std::function<int(mpi::Communicator const& world)> const& work);

}  // namespace shoal::app
