// SPDX-License-Identifier: MIT
#include "scan/plan/dry_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>
#include <random>

namespace shoal::scan {
namespace {

double sum(std::vector<double> const& costs) {
  return std::accumulate(costs.begin(), costs.end(), 0.0);
}

// Heavy-tailed: Pareto with exponent 1.5 from `least` on, cut at `tail` times that.
std::vector<double> heavy_tailed(std::size_t loci, double least, double tail) {
  std::mt19937_64 random(3);
  std::vector<double> costs;
  for (std::size_t i = 0; i < loci; ++i) {
    double const uniform = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
    costs.push_back(least * std::min(std::pow(uniform, -1 / 1.5), tail));
  }
  return costs;
}

// The end of the same loci, in the same order, on so many workers that each take the next one at once and at no cost.
double perfect_queue(std::vector<double> const& costs, std::size_t workers) {
  std::priority_queue<double, std::vector<double>, std::greater<>> free;
  for (std::size_t worker = 0; worker < workers; ++worker) free.push(0);
  double end = 0;
  for (double const cost : costs) {
    double const finished = free.top() + cost;
    free.pop();
    free.push(finished);
    end = std::max(end, finished);
  }
  return end;
}

TEST(DryRun, OneRankTakesTheSumOfEverything) {
  DryRunMachine const machine{
      .start = 2, .create = 0.5, .prepare = 0.25, .close = 1, .read = 0, .write = 0, .latency = 0, .service = 0};
  auto const run = dry_run(machine, {1, 2, 3});
  EXPECT_DOUBLE_EQ(run.wall, 2 + 0.5 + 0.25 + 6 + 1);
  EXPECT_DOUBLE_EQ(run.computing, 6);
  EXPECT_DOUBLE_EQ(run.efficiency, 6 / 9.75);
  EXPECT_EQ(run.loci, std::vector<std::int64_t>{3});
}

TEST(DryRun, TwoWorkersByHand) {
  // 4 | 1 1 1 1, then the row of the last ones is written.
  DryRunMachine const machine{.workers = 2, .write = 0.125, .latency = 0, .service = 0};
  auto const run = dry_run(machine, {4, 1, 1, 1, 1});
  EXPECT_DOUBLE_EQ(run.loop, 4.25);
  EXPECT_DOUBLE_EQ(run.efficiency, 8 / 8.5);
}

TEST(DryRun, WritingOverlapsWithComputing) {
  DryRunMachine const machine{.write = 0.05};
  auto const run = dry_run(machine, std::vector<double>(100, 0.1));
  // The last locus is asked for when nothing else is in hand, after the row before it.
  EXPECT_NEAR(run.wall, 10.1, 1e-3);
}

TEST(DryRun, EveryLocusIsComputedOnce) {
  for (std::int64_t const ranks : {1, 2, 7, 64}) {
    for (std::int64_t const workers : {1, 5}) {
      for (std::size_t const loci : {1U, 10U, 333U, 5000U}) {
        auto const costs = heavy_tailed(loci, 0.003, 100);
        auto const run = dry_run({.ranks = ranks, .workers = workers, .read = 1e-5, .write = 1e-4}, costs);
        EXPECT_EQ(std::accumulate(run.loci.begin(), run.loci.end(), std::int64_t{0}), static_cast<std::int64_t>(loci));
        EXPECT_NEAR(run.computing, sum(costs), 1e-9 * sum(costs));
        EXPECT_LE(run.efficiency, 1.0);
      }
    }
  }
}

TEST(DryRun, ItRepeats) {
  auto const costs = heavy_tailed(3000, 0.01, 100);
  DryRunMachine const machine{.ranks = 16, .workers = 3, .write = 2e-4};
  auto const one = dry_run(machine, costs);
  auto const other = dry_run(machine, costs);
  EXPECT_EQ(one.wall, other.wall);
  EXPECT_EQ(one.loci, other.loci);
}

constexpr DryRunMachine a_thousand_ranks = {
    .ranks = 1024, .start = 0.2, .create = 0.1, .close = 0.1, .write = 2e-4, .latency = 20e-6, .service = 2e-6};

TEST(DryRun, AThousandRanksWithHeavyTailsStayBusy) {
  auto const costs = heavy_tailed(200'000, 0.2, 10);
  auto const run = dry_run(a_thousand_ranks, costs);
  EXPECT_GT(run.efficiency, 0.95);
  EXPECT_LT(run.loop, 1.02 * perfect_queue(costs, 1024));
}

// Only what nobody can avoid without knowing the costs is lost: the last slow locus. Even ranges, as in job arrays,
// end when the unluckiest rank does.
TEST(DryRun, AThousandRanksAreAsGoodAsAPerfectQueueAndBetterThanEvenRanges) {
  auto const costs = heavy_tailed(100'000, 0.1, 100);
  auto const run = dry_run(a_thousand_ranks, costs);
  EXPECT_LT(run.loop, 1.08 * perfect_queue(costs, 1024));
  double slowest = 0;
  for (std::size_t rank = 0; rank < 1024; ++rank) {
    auto const first = costs.begin() + static_cast<std::ptrdiff_t>(100'000 * rank / 1024);
    auto const last = costs.begin() + static_cast<std::ptrdiff_t>(100'000 * (rank + 1) / 1024);
    slowest = std::max(slowest, std::accumulate(first, last, 0.0));
  }
  EXPECT_LT(run.loop, 0.8 * slowest);
}

TEST(DryRun, TheCounterIsNoBottleneckForShortLoci) {
  // One locus at a time, a million questions would come in every second.
  DryRunMachine const machine{.ranks = 1024, .latency = 20e-6, .service = 2e-6};
  auto const run = dry_run(machine, std::vector<double>(300'000, 0.001));
  EXPECT_GT(run.efficiency, 0.95);
  EXPECT_LT(run.questions, 50'000);
}

TEST(DryRun, ASlowRankDoesLessAndKeepsNobody) {
  DryRunMachine machine{.ranks = 8};
  machine.slowness = {10, 1, 1, 1, 1, 1, 1, 1};
  auto const run = dry_run(machine, std::vector<double>(20'000, 0.01));
  EXPECT_NEAR(static_cast<double>(run.loci[0]), 20'000 / 71.0, 30);
  EXPECT_LT(run.loop, 1.02 * 200 / 7.1);
}

// A rank 0 that hardly ever enters MPI, over a network: the others have work while they wait for its answer.
TEST(DryRun, ARankHasWorkWhileTheAnswerIsOnItsWay) {
  DryRunMachine const machine{.ranks = 4, .latency = 0.002};
  auto const run = dry_run(machine, std::vector<double>(4000, 0.005));
  EXPECT_GT(run.efficiency, 0.98);
}

TEST(DryRun, NothingToDoIsDoneAtOnce) {
  auto const run = dry_run({.ranks = 3, .start = 1}, {});
  EXPECT_EQ(run.wall, 1);
  EXPECT_EQ(run.efficiency, 0);
}

}  // namespace
}  // namespace shoal::scan
