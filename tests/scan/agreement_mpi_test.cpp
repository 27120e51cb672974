// SPDX-License-Identifier: MIT
#include "scan/agreement.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace shoal::scan {
namespace {

TEST(RunPhase, ReturnsWhenNoRankFails) {
  int calls = 0;
  run_phase(mpi::Communicator::world(), [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(RunPhase, OneRanksErrorIsEveryRanksError) {
  auto const world = mpi::Communicator::world();
  int const failing = world.size() - 1;
  try {
    run_phase(world, [&] {
      if (world.rank() == failing) fail(ErrorCode::output, "disk full");
    });
    ADD_FAILURE() << "no error on rank " << world.rank();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::output);
    EXPECT_STREQ(error.what(), "disk full");
  }
}

TEST(RunPhase, TheLowestRanksErrorWins) {
  auto const world = mpi::Communicator::world();
  try {
    run_phase(world, [&] { fail(ErrorCode::input, "rank " + std::to_string(world.rank())); });
    ADD_FAILURE() << "no error";
  } catch (Error const& error) {
    EXPECT_STREQ(error.what(), "rank 0");
  }
}

TEST(RunPhase, AForeignExceptionIsInternal) {
  try {
    run_phase(mpi::Communicator::world(), [] { throw std::runtime_error("foreign"); });
    ADD_FAILURE() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
    EXPECT_STREQ(error.what(), "foreign");
  }
}

}  // namespace
}  // namespace shoal::scan
