// SPDX-License-Identifier: MIT
// A program started without mpirun: rank 0 of 1, with MPI running.
#include <gmock/gmock.h>
#include <mpi.h>

#include "mpi/communicator.hpp"
#include "mpi/work_counter.hpp"

namespace shoal::mpi {
namespace {

TEST(Environment, StartsAloneAndEndsMpi) {
  EXPECT_EQ(Communicator::world().native(), nullptr);
  int argc = 0;
  char** argv = nullptr;
  {
    Environment environment(argc, argv);
    Communicator const world = Communicator::world();
    EXPECT_EQ(world.rank(), 0);
    EXPECT_EQ(world.size(), 1);
    EXPECT_NE(world.native(), nullptr);
    int level = MPI_THREAD_SINGLE;
    MPI_Query_thread(&level);
    EXPECT_GE(level, MPI_THREAD_FUNNELED);
    WorkCounter counter(world);
    EXPECT_EQ(counter.fetch_add(2), 0);
    EXPECT_EQ(counter.fetch_add(2), 2);
  }
  int finished = 0;
  MPI_Finalized(&finished);
  EXPECT_EQ(finished, 1);
  EXPECT_EQ(Communicator::world().size(), 1);
}

}  // namespace
}  // namespace shoal::mpi
