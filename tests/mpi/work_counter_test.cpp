// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "mpi/work_counter.hpp"

namespace shoal::mpi {
namespace {

using Clock = std::chrono::steady_clock;

TEST(WorkCounter, NullCountsByItself) {
  WorkCounter counter{Communicator()};
  EXPECT_EQ(counter.fetch_add(3), 0);
  EXPECT_EQ(counter.fetch_add(1), 3);
  counter.progress();
  EXPECT_EQ(counter.fetch_add(0), 4);
}

TEST(WorkCounter, EveryItemIsTakenOnce) {
  Communicator const world = Communicator::world();
  constexpr std::int64_t items = 500;
  std::string taken(items, '0');
  {
    WorkCounter counter(world);
    for (std::int64_t i = counter.fetch_add(1); i < items; i = counter.fetch_add(1))
      taken[static_cast<std::size_t>(i)] = '1';
  }
  std::string merged(items, '0');
  std::int64_t count = 0;
  for (std::string const& one : world.gather_all(taken)) {
    for (std::size_t i = 0; i < merged.size(); ++i) {
      if (one[i] != '1') continue;
      merged[i] = '1';
      ++count;
    }
  }
  EXPECT_EQ(merged, std::string(items, '1'));
  EXPECT_EQ(count, items);
}

// Rank 0 computes (sleeps) for a long time and enters MPI every 2 ms only through progress(): the others are served.
TEST(WorkCounter, IsServedWhileRankZeroOnlyMakesProgress) {
  Communicator const world = Communicator::world();
  if (world.size() == 1) GTEST_SKIP() << "needs a second rank";
  WorkCounter counter(world);
  constexpr auto busy = std::chrono::seconds(3);
  double longest = 0;
  auto const end = Clock::now() + busy;
  if (world.rank() == 0) {
    while (Clock::now() < end) {
      counter.progress();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  } else {
    for (int i = 0; i < 20; ++i) {
      auto const begin = Clock::now();
      counter.fetch_add(1);
      longest = std::max(longest, std::chrono::duration<double>(Clock::now() - begin).count());
    }
  }
  // One late call would wait for the end of rank 0's work. A loaded machine may delay a call, but not by seconds.
  EXPECT_LT(longest, 1.5);
  if (world.rank() == 1) RecordProperty("longest_fetch_add_ms", static_cast<int>(longest * 1000));
  world.barrier();
  EXPECT_EQ(counter.fetch_add(0), 20 * (world.size() - 1));
}

TEST(WorkCounter, AnswersWhatWasAsked) {
  Communicator const world = Communicator::world();
  WorkCounter counter(world);
  EXPECT_EQ(counter.answer(), std::nullopt);
  for (int round = 0; round < 100; ++round) {
    counter.ask(round);
    EXPECT_TRUE(counter.is_asking());
    EXPECT_THROW(counter.ask(1), Error);
    std::optional<std::int64_t> before;
    while (!before) before = counter.answer();
    EXPECT_FALSE(counter.is_asking());
    EXPECT_GE(*before, round * (round - 1) / 2);
  }
  world.barrier();
  EXPECT_EQ(counter.fetch_add(0), world.size() * 4950);
  world.barrier();
}

// Rank 0 computes and does not enter MPI at all: over a network nobody can be served, but nobody is held up either.
TEST(WorkCounter, AskingNeverWaitsForAComputingRank) {
  Communicator const world = Communicator::world();
  if (world.size() == 1) GTEST_SKIP() << "needs a second rank";
  constexpr auto busy = std::chrono::milliseconds(2500);
  WorkCounter counter(world);
  world.barrier();
  double longest = 0;
  std::optional<std::int64_t> before;
  auto const seconds_of = [](auto const& work) {
    auto const begin = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  if (world.rank() == 0) {
    std::this_thread::sleep_for(busy);
  } else {
    longest = seconds_of([&] { counter.ask(7); });
    while (!before) {
      longest = std::max(longest, seconds_of([&] { before = counter.answer(); }));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(*before % 7, 0);
  }
  EXPECT_LT(longest, 1.2);
  world.barrier();
  EXPECT_EQ(counter.fetch_add(0), 7 * (world.size() - 1));
  world.barrier();
}

TEST(WorkCounter, SeveralLiveTogether) {
  Communicator const world = Communicator::world();
  WorkCounter first(world);
  WorkCounter second(world);
  first.fetch_add(2);
  second.fetch_add(5);
  world.barrier();
  EXPECT_EQ(first.fetch_add(0), 2 * world.size());
  EXPECT_EQ(second.fetch_add(0), 5 * world.size());
  world.barrier();
}

}  // namespace
}  // namespace shoal::mpi
