// SPDX-License-Identifier: MIT
#include "mpi/work_counter.hpp"

#include <mpi.h>

#include "base/error.hpp"
#include "mpi/check.hpp"

namespace shoal::mpi {

struct WorkCounter::State {
  MPI_Comm handle = MPI_COMM_NULL;
  MPI_Win window = MPI_WIN_NULL;
  std::int64_t local = 0;  // the counter itself when there is no MPI
  // The open question; MPI reads and writes these until the request completes.
  bool asking = false;
  std::int64_t amount = 0;
  std::int64_t before = 0;
  MPI_Request request = MPI_REQUEST_NULL;
};

WorkCounter::WorkCounter(Communicator const& communicator) : state_(std::make_unique<State>()) {
  if (communicator.native() == nullptr) return;
  state_->handle = *static_cast<MPI_Comm*>(communicator.native());
  // Memory that MPI allocates may be shared within a node: there the counter advances without rank 0's help.
  MPI_Aint const bytes = communicator.rank() == 0 ? sizeof(std::int64_t) : 0;
  std::int64_t* base = nullptr;
  check_mpi(MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, state_->handle, &base, &state_->window),
            "MPI_Win_allocate");
  check_mpi(MPI_Win_set_errhandler(state_->window, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  // Nobody ever locks it exclusively, so without a check there is no need to hear from rank 0 before the first
  // question.
  check_mpi(MPI_Win_lock_all(MPI_MODE_NOCHECK, state_->window), "MPI_Win_lock_all");
  if (communicator.rank() == 0) {
    *base = 0;
    check_mpi(MPI_Win_sync(state_->window), "MPI_Win_sync");
  }
  check_mpi(MPI_Barrier(state_->handle), "MPI_Barrier");
  // Asks a first question while rank 0 is sure to serve it: connections are made by the first message, and whoever
  // makes one waits for the other side.
  fetch_add(0);
  check_mpi(MPI_Barrier(state_->handle), "MPI_Barrier");
}

WorkCounter::~WorkCounter() {
  if (state_->window == MPI_WIN_NULL) return;
  if (state_->request != MPI_REQUEST_NULL) MPI_Wait(&state_->request, MPI_STATUS_IGNORE);
  MPI_Win_unlock_all(state_->window);
  MPI_Win_free(&state_->window);
}

void WorkCounter::ask(std::int64_t amount) {
  State& state = *state_;
  expect(!state.asking, "a work counter was asked before it answered");
  state.asking = true;
  state.amount = amount;
  if (state.window == MPI_WIN_NULL) {
    state.before = state.local;
    state.local += amount;
    return;
  }
  // Every addition is this one call, because another kind of atomic operation on the same number need not be atomic
  // with it.
  check_mpi(MPI_Rget_accumulate(&state.amount, 1, MPI_INT64_T, &state.before, 1, MPI_INT64_T, 0, 0, 1, MPI_INT64_T,
                                MPI_SUM, state.window, &state.request),
            "MPI_Rget_accumulate");
}

bool WorkCounter::is_asking() const {
  return state_->asking;
}

std::optional<std::int64_t> WorkCounter::answer() {
  State& state = *state_;
  if (!state.asking) return std::nullopt;
  if (state.request != MPI_REQUEST_NULL) {
    int arrived = 0;
    check_mpi(MPI_Test(&state.request, &arrived, MPI_STATUS_IGNORE), "MPI_Test");
    if (arrived == 0) return std::nullopt;
  }
  state.asking = false;
  return state.before;
}

std::int64_t WorkCounter::fetch_add(std::int64_t amount) {
  ask(amount);
  State& state = *state_;
  if (state.request != MPI_REQUEST_NULL) check_mpi(MPI_Wait(&state.request, MPI_STATUS_IGNORE), "MPI_Wait");
  state.asking = false;
  return state.before;
}

void WorkCounter::progress() {
  if (state_->window == MPI_WIN_NULL) return;
  // The probe finds nothing; entering MPI is what lets the library serve one-sided requests.
  int found = 0;
  check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, state_->handle, &found, MPI_STATUS_IGNORE), "MPI_Iprobe");
}

}  // namespace shoal::mpi
