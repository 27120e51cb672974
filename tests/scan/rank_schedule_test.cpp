// SPDX-License-Identifier: MIT
#include "scan/schedule/rank_schedule.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace shoal::scan {
namespace {

TEST(ChunkSize, ARankBeginsWithALocusAWorker) {
  EXPECT_EQ(chunk_size({.remaining = 1'000'000, .ranks = 4, .workers = 8, .locus_seconds = 0}), 8);
}

TEST(ChunkSize, IsAnEighthOfASecondsWorkWhileThereIsMuch) {
  EXPECT_EQ(chunk_size({.remaining = 1'000'000, .ranks = 4, .workers = 1, .locus_seconds = 0.0078125}), 16);
  EXPECT_EQ(chunk_size({.remaining = 1'000'000, .ranks = 4, .workers = 8, .locus_seconds = 0.0078125}), 128);
  // A rank that is eight times as slow holds an eighth.
  EXPECT_EQ(chunk_size({.remaining = 1'000'000, .ranks = 4, .workers = 1, .locus_seconds = 0.0625}), 2);
}

TEST(ChunkSize, IsHalfOfTheEvenShareTowardsTheEnd) {
  QueueView view{.remaining = 64, .ranks = 4, .workers = 1, .locus_seconds = 0.001};
  EXPECT_EQ(chunk_size(view), 8);
  view.remaining = 17;
  EXPECT_EQ(chunk_size(view), 2);
  for (std::int64_t remaining = 0; remaining < 16; ++remaining) {
    view.remaining = remaining;
    EXPECT_EQ(chunk_size(view), 1) << remaining;
  }
}

TEST(ChunkSize, ASlowRankTakesItsShareSoFar) {
  QueueView view{.remaining = 800, .ranks = 4, .workers = 1, .locus_seconds = 0.001, .share = 0.25};
  EXPECT_EQ(chunk_size(view), 100);
  view.share = 0.05;
  EXPECT_EQ(chunk_size(view), 20);
  view.share = 0.7;  // a fast one asks more often instead
  EXPECT_EQ(chunk_size(view), 100);
}

TEST(ChunkSize, LociThatTakeLongAreTakenOneByOne) {
  EXPECT_EQ(chunk_size({.remaining = 1'000'000, .ranks = 4, .workers = 1, .locus_seconds = 30}), 1);
}

TEST(ChunkSize, ManyRanksDoNotFloodTheCounter) {
  // 10,000 ranks may ask once in 10 microseconds together, so each of them once in 0.1 s: 100 loci of 1 ms.
  EXPECT_EQ(chunk_size({.remaining = 20'000, .ranks = 10'000, .workers = 1, .locus_seconds = 0.0009765625}), 102);
  EXPECT_EQ(chunk_size({.remaining = 20'000, .ranks = 100, .workers = 1, .locus_seconds = 0.0009765625}), 100);
  EXPECT_EQ(chunk_size({.remaining = 200, .ranks = 100, .workers = 1, .locus_seconds = 0.0009765625}), 1);
}

// A queue of one rank, served at once.
struct Queue {
  RankSchedule schedule;
  std::int64_t counter = 0;

  // Asks as long as the schedule does; the numbers of loci asked for.
  std::vector<std::int64_t> serve(std::int64_t in_flight) {
    std::vector<std::int64_t> asked;
    while (auto const amount = schedule.question(in_flight)) {
      asked.push_back(*amount);
      schedule.answer(counter);
      counter += *amount;
    }
    return asked;
  }
  std::int64_t hand_out() {
    std::int64_t loci = 0;
    while (schedule.next()) ++loci;
    return loci;
  }
};

TEST(RankSchedule, HandsOutEveryLocusOnceInOrder) {
  Queue queue{RankSchedule(1000, 3, 2)};
  std::vector<std::int64_t> loci;
  while (!queue.schedule.is_over()) {
    queue.serve(0);
    while (auto const locus = queue.schedule.next()) {
      loci.push_back(*locus);
      queue.schedule.record(0.01);
    }
  }
  ASSERT_EQ(loci.size(), 1000U);
  for (std::size_t i = 0; i < loci.size(); ++i) EXPECT_EQ(loci[i], static_cast<std::int64_t>(i));
  EXPECT_EQ(queue.serve(0), std::vector<std::int64_t>{});
}

TEST(RankSchedule, ReadsTheCounterBeforeALargeChunk) {
  Queue queue{RankSchedule(100'000, 2, 1)};
  EXPECT_EQ(queue.schedule.question(0), 1);  // nothing known: one locus
  queue.schedule.answer(0);
  EXPECT_EQ(queue.schedule.next(), 0);
  queue.schedule.record(0.0009765625);
  EXPECT_EQ(queue.schedule.question(0), 0);
  EXPECT_EQ(queue.schedule.question(0), std::nullopt);  // one question at a time
  queue.schedule.answer(20);                            // the other rank was quick: 19 of 20
  EXPECT_EQ(queue.schedule.question(0), 128);           // an eighth of a second's work
  queue.schedule.answer(99'990);
  EXPECT_EQ(queue.hand_out(), 10);
  EXPECT_TRUE(queue.schedule.is_over());
}

TEST(RankSchedule, AsksBeforeTheWorkersRunDry) {
  RankSchedule schedule(1000, 2, 4);
  EXPECT_EQ(schedule.question(0), 4);
  schedule.answer(0);
  EXPECT_TRUE(schedule.room(4));
  for (int i = 0; i < 4; ++i) schedule.next();
  // Four compute, and four more are to wait.
  EXPECT_TRUE(schedule.question(4).has_value());
  EXPECT_TRUE(schedule.room(7));
  EXPECT_FALSE(schedule.room(8));
}

TEST(RankSchedule, ShortLociWaitInLargerNumbers) {
  RankSchedule schedule(100'000, 2, 1);
  schedule.record(0.0009765625);
  EXPECT_TRUE(schedule.room(20));  // 20 ms of work wait beside the locus that is computed
  EXPECT_FALSE(schedule.room(21));
}

TEST(RankSchedule, LongLociDoNotWaitBehindOthersAtTheEnd) {
  RankSchedule schedule(100, 8, 2);
  schedule.record(5.0);
  EXPECT_TRUE(schedule.room(3));
  EXPECT_EQ(schedule.question(0), 1);
  schedule.answer(90);  // 9 loci are left for 16 workers
  schedule.next();
  EXPECT_EQ(schedule.question(2), std::nullopt);
  EXPECT_EQ(schedule.question(1), 1);
}

TEST(RankSchedule, AnEmptyQueueEndsIt) {
  RankSchedule nothing(0, 2, 1);
  EXPECT_TRUE(nothing.is_over());
  EXPECT_EQ(nothing.question(0), std::nullopt);
  RankSchedule late(10, 2, 1);
  EXPECT_EQ(late.question(0), 1);
  EXPECT_FALSE(late.is_over());
  late.answer(12);  // another rank has ended the queue
  EXPECT_TRUE(late.is_over());
  EXPECT_THROW(late.answer(0), Error);
}

}  // namespace
}  // namespace shoal::scan
