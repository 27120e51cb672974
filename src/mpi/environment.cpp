// SPDX-License-Identifier: MIT
#include <mpi.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mpi/check.hpp"
#include "mpi/communicator.hpp"

namespace shoal::mpi {

namespace {

// Only who starts MPI ends it: a test program may have started it already.
bool started_here = false;

}  // namespace

Environment::Environment(int& argc, char**& argv) {
  int running = 0;
  check_mpi(MPI_Initialized(&running), "MPI_Initialized");
  if (running == 0) {
    int provided = MPI_THREAD_SINGLE;
    check_mpi(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
    started_here = true;
    if (provided < MPI_THREAD_FUNNELED) {
      fail(ErrorCode::mpi, "this MPI library does not support threads (MPI_THREAD_FUNNELED): use one built with them");
    }
  }
  check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
}

Environment::~Environment() {
  int finished = 0;
  if (!started_here || MPI_Finalized(&finished) != MPI_SUCCESS || finished != 0) return;
  MPI_Finalize();
}

int rank_before_start() {
  for (char const* variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    char const* value = std::getenv(variable);
    if (value == nullptr) continue;
    if (auto rank = parse_integer(value); rank && *rank >= 0) return static_cast<int>(*rank);
  }
  return 0;
}

}  // namespace shoal::mpi
