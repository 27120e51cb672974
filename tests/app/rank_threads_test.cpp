// SPDX-License-Identifier: MIT
#include "app/options/rank_threads.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace shoal::app {
namespace {

// Cores first, …, last - 1.
cpu_set_t cores(std::size_t first, std::size_t last) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  for (std::size_t core = first; core < last; ++core) CPU_SET(core, &mask);
  return mask;
}

TEST(RankThreads, UnboundRanksDivideTheNode) {
  std::vector<cpu_set_t> const four(4, cores(0, 64));
  for (std::size_t rank = 0; rank < 4; ++rank) EXPECT_EQ(core_share(four, rank), 16);
  std::vector<cpu_set_t> const three(3, cores(0, 64));
  EXPECT_EQ(core_share(three, 2), 21);
  std::vector<cpu_set_t> const thirds(3, cores(0, 3));
  EXPECT_EQ(core_share(thirds, 0), 1);
  std::vector<cpu_set_t> const crowded(5, cores(0, 2));
  EXPECT_EQ(core_share(crowded, 4), 1);
}

TEST(RankThreads, BoundRanksHaveTheirOwnCores) {
  std::vector<cpu_set_t> const masks = {cores(0, 8), cores(8, 16), cores(16, 17)};
  EXPECT_EQ(core_share(masks, 0), 8);
  EXPECT_EQ(core_share(masks, 1), 8);
  EXPECT_EQ(core_share(masks, 2), 1);
}

TEST(RankThreads, CoresThatMasksHaveInCommonAreShared) {
  // 4 cores alone and half of 4 others.
  std::vector<cpu_set_t> const masks = {cores(0, 8), cores(4, 12)};
  EXPECT_EQ(core_share(masks, 0), 6);
  EXPECT_EQ(core_share(masks, 1), 6);
}

TEST(RankThreads, TheOptionWinsThenSlurmThenTheShare) {
  std::vector<cpu_set_t> const masks(2, cores(0, 8));
  EXPECT_EQ(rank_threads(3, "6", masks, 0), 3);
  EXPECT_EQ(rank_threads(0, "6", masks, 0), 6);
  EXPECT_EQ(rank_threads(0, "", masks, 0), 4);
  EXPECT_EQ(rank_threads(0, "0", masks, 1), 4);
  EXPECT_EQ(rank_threads(0, "many", masks, 1), 4);
}

TEST(RankThreads, SlurmsNumberDoesNotOversubscribeABoundRank) {
  // mpirun binds to one core although SLURM gave eight.
  std::vector<cpu_set_t> const masks = {cores(5, 6), cores(6, 7)};
  EXPECT_EQ(rank_threads(0, "8", masks, 1), 1);
}

}  // namespace
}  // namespace shoal::app
