// SPDX-License-Identifier: MIT
#include "mpi/agree.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace shoal::mpi {
namespace {

TEST(Together, ReturnsWhenNoRankFails) {
  int calls = 0;
  together(Communicator::world(), [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Together, OneRanksErrorIsEveryRanksError) {
  auto const world = Communicator::world();
  int const failing = world.size() - 1;
  try {
    together(world, [&] {
      if (world.rank() == failing) fail(ErrorCode::output, "disk full");
    });
    ADD_FAILURE() << "no error on rank " << world.rank();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::output);
    EXPECT_STREQ(error.what(), "disk full");
  }
}

TEST(Together, TheLowestRanksErrorWins) {
  auto const world = Communicator::world();
  try {
    together(world, [&] { fail(ErrorCode::input, "rank " + std::to_string(world.rank())); });
    ADD_FAILURE() << "no error";
  } catch (Error const& error) {
    EXPECT_STREQ(error.what(), "rank 0");
  }
}

TEST(Together, AForeignExceptionIsInternal) {
  try {
    together(Communicator::world(), [] { throw std::runtime_error("foreign"); });
    ADD_FAILURE() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
    EXPECT_STREQ(error.what(), "foreign");
  }
}

}  // namespace
}  // namespace shoal::mpi
