// SPDX-License-Identifier: MIT
// Phases that end by agreeing on failure, so that a failing rank never leaves the others in a collective.
#pragma once

#include <exception>
#include <utility>

#include "base/error.hpp"
#include "mpi/communicator.hpp"

namespace shoal::mpi {

// Collective: what this rank ran into (null: nothing). Throws on every rank when any rank failed: the Error of the
// lowest rank that did, its code and text unchanged (an exception that is no Error becomes an internal one).
void agree(Communicator const& communicator, std::exception_ptr mine);

// Runs `work` on this rank, then agrees. Collective; `work` itself should call no collective that only some ranks
// reach.
template <class Work>
void together(Communicator const& communicator, Work&& work) {
  std::exception_ptr mine;
  try {
    std::forward<Work>(work)();
  } catch (...) {
    mine = std::current_exception();
  }
  agree(communicator, mine);
}

// Runs `work` on rank 0 alone, then agrees. Collective.
template <class Work>
void on_first_rank(Communicator const& communicator, Work&& work) {
  together(communicator, [&] {
    if (communicator.rank() == 0) std::forward<Work>(work)();
  });
}

}  // namespace shoal::mpi
