// SPDX-License-Identifier: MIT
#include <mpi.h>

#include "mpi/check.hpp"
#include "mpi/communicator.hpp"

namespace shoal::mpi {

struct WorkCounter::State {
  Communicator communicator;
  MPI_Comm handle = MPI_COMM_NULL;
  MPI_Win window = MPI_WIN_NULL;
  std::int64_t local = 0;  // the counter itself when there is no MPI
};

WorkCounter::WorkCounter(Communicator const& communicator) : state_(std::make_unique<State>()) {
  state_->communicator = communicator;
  if (communicator.native() == nullptr) return;
  state_->handle = *static_cast<MPI_Comm*>(communicator.native());
  // Memory that MPI allocates may be shared within a node: there the counter advances without rank 0's help.
  MPI_Aint const bytes = communicator.rank() == 0 ? sizeof(std::int64_t) : 0;
  std::int64_t* base = nullptr;
  check_mpi(MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, state_->handle, &base, &state_->window),
            "MPI_Win_allocate");
  check_mpi(MPI_Win_set_errhandler(state_->window, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  check_mpi(MPI_Win_lock_all(0, state_->window), "MPI_Win_lock_all");
  if (communicator.rank() == 0) {
    *base = 0;
    check_mpi(MPI_Win_sync(state_->window), "MPI_Win_sync");
  }
  check_mpi(MPI_Barrier(state_->handle), "MPI_Barrier");
}

WorkCounter::~WorkCounter() {
  if (state_->window == MPI_WIN_NULL) return;
  MPI_Win_unlock_all(state_->window);
  MPI_Win_free(&state_->window);
}

std::int64_t WorkCounter::fetch_add(std::int64_t amount) {
  if (state_->window == MPI_WIN_NULL) {
    std::int64_t const before = state_->local;
    state_->local += amount;
    return before;
  }
  std::int64_t before = 0;
  check_mpi(MPI_Fetch_and_op(&amount, &before, MPI_INT64_T, 0, 0, MPI_SUM, state_->window), "MPI_Fetch_and_op");
  check_mpi(MPI_Win_flush(0, state_->window), "MPI_Win_flush");
  return before;
}

void WorkCounter::progress() {
  if (state_->window == MPI_WIN_NULL) return;
  // The probe finds nothing: entering MPI is what lets the library serve one-sided requests.
  int found = 0;
  check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, state_->handle, &found, MPI_STATUS_IGNORE), "MPI_Iprobe");
}

}  // namespace shoal::mpi
