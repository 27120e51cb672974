// SPDX-License-Identifier: MIT
// Phases of a collective job end by agreeing on failure, so that no rank waits for one that has given up.
#pragma once

#include <functional>

#include "mpi/communicator.hpp"

namespace shoal::scan {

// Runs `phase` on this rank and returns when it has ended on all ranks. If it threw on any rank, every rank throws the
// error of the lowest such rank. `phase` must not leave a collective of its own half done.
void run_phase(mpi::Communicator const& communicator, std::function<void()> const& phase);

}  // namespace shoal::scan
