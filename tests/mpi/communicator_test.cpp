// SPDX-License-Identifier: MIT
#include "mpi/communicator.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "base/error.hpp"
#include "mpi/shares.hpp"

namespace shoal::mpi {
namespace {

TEST(Communicator, NullIsRankZeroOfOne) {
  Communicator const null;
  EXPECT_EQ(null.rank(), 0);
  EXPECT_EQ(null.size(), 1);
  EXPECT_EQ(null.native(), nullptr);
  null.barrier();
  EXPECT_EQ(null.sum(std::int64_t{7}), 7);
  EXPECT_EQ(null.sum(0.25), 0.25);
  EXPECT_EQ(null.max(std::int64_t{-3}), -3);
  EXPECT_EQ(null.max(-0.5), -0.5);
  null.barrier([] { FAIL() << "there is nobody to wait for"; });
  EXPECT_TRUE(null.any(true));
  EXPECT_FALSE(null.any(false));
  EXPECT_EQ(null.broadcast("text"), "text");
  EXPECT_THAT(null.gather_all("a"), testing::ElementsAre("a"));
  EXPECT_EQ(null.split_shared().size(), 1);
}

TEST(Communicator, Reductions) {
  Communicator const world = Communicator::world();
  std::int64_t const size = world.size();
  EXPECT_EQ(world.sum(std::int64_t{world.rank() + 1}), size * (size + 1) / 2);
  EXPECT_EQ(world.max(std::int64_t{-world.rank()}), 0);
  EXPECT_EQ(world.max((std::int64_t{1} << 40) + world.rank()), (std::int64_t{1} << 40) + size - 1);
}

TEST(Communicator, RealSumIsInRankOrder) {
  Communicator const world = Communicator::world();
  double expected = 0;
  for (int rank = 0; rank < world.size(); ++rank) expected += std::pow(10.0, 16 - 5 * rank) + 0.1;
  EXPECT_EQ(world.sum(std::pow(10.0, 16 - 5 * world.rank()) + 0.1), expected);
}

TEST(Communicator, AnyIsTrueForOneRank) {
  Communicator const world = Communicator::world();
  EXPECT_TRUE(world.any(world.rank() == world.size() - 1));
  EXPECT_FALSE(world.any(false));
}

TEST(Communicator, BroadcastFromEveryRoot) {
  Communicator const world = Communicator::world();
  for (int root = 0; root < world.size(); ++root) {
    std::string const text = std::string(static_cast<std::size_t>(root) * 1000, 'x') + std::to_string(root);
    EXPECT_EQ(world.broadcast(world.rank() == root ? text : "other", root), text);
  }
  EXPECT_EQ(world.broadcast(world.rank() == 0 ? "" : "other"), "");
}

TEST(Communicator, LargestOfDoubles) {
  Communicator const world = Communicator::world();
  EXPECT_EQ(world.max(-0.25 - world.rank()), -0.25);
}

TEST(Communicator, ABarrierWaitsForTheLastRankAndLetsTheOthersWork) {
  Communicator const world = Communicator::world();
  bool const last = world.rank() == world.size() - 1;
  if (last) std::this_thread::sleep_for(std::chrono::milliseconds(300));
  auto const nap = std::chrono::milliseconds(2);
  int naps = 0;
  world.barrier([&] {
    std::this_thread::sleep_for(nap);
    ++naps;
  });
  if (!last) {
    EXPECT_GE(naps, 5);
  }
  EXPECT_TRUE(world.any(last));
}

TEST(Communicator, GatherAllKeepsRankOrder) {
  Communicator const world = Communicator::world();
  // Texts of different lengths, one of them empty.
  auto const text = [](int rank) {
    return std::string(static_cast<std::size_t>(rank) * 3, static_cast<char>('a' + rank));
  };
  auto const all = world.gather_all(text(world.rank()));
  ASSERT_EQ(all.size(), static_cast<std::size_t>(world.size()));
  for (int rank = 0; rank < world.size(); ++rank) EXPECT_EQ(all[static_cast<std::size_t>(rank)], text(rank));
}

// Seven items over any number of ranks: each once, in order; a rank may have none.
TEST(Communicator, SharesInARowAreAllItems) {
  Communicator const world = Communicator::world();
  for (std::int64_t const count : {0, 1, 7}) {
    Share const share = share_of(world, count);
    std::vector<std::int64_t> mine, expected;
    for (std::int64_t i = share.first; i < share.last; ++i) mine.push_back(10 * i);
    for (std::int64_t i = 0; i < count; ++i) expected.push_back(10 * i);
    EXPECT_EQ(gather_items<std::int64_t>(world, mine), expected);
    EXPECT_LE(share.last - share.first, (count + world.size() - 1) / world.size());
  }
}

TEST(Communicator, OneNodeSharesMemory) {
  Communicator const world = Communicator::world();
  Communicator const node = world.split_shared();
  EXPECT_EQ(node.size(), world.size());
  EXPECT_EQ(node.sum(std::int64_t{1}), world.size());
}

TEST(Communicator, LauncherRankIsKnownBeforeStart) {
  EXPECT_EQ(rank_before_start(), Communicator::world().rank());
}

TEST(Communicator, ErrorsAreThrownNotFatal) {
  Communicator const world = Communicator::world();
  if (world.size() == 1) GTEST_SKIP() << "one rank calls no MPI";
  try {
    world.broadcast("x", world.size() + 5);
    FAIL() << "a root that does not exist was accepted";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::mpi);
    EXPECT_THAT(error.what(), testing::HasSubstr("MPI_Bcast failed"));
  }
}

}  // namespace
}  // namespace shoal::mpi
