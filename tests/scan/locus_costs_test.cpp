// SPDX-License-Identifier: MIT
#include "scan/schedule/locus_costs.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "base/error.hpp"

namespace shoal::scan {
namespace {

TEST(LocusCosts, MeanAndSumAreExact) {
  LocusCosts costs;
  EXPECT_EQ(costs.count(), 0);
  EXPECT_EQ(costs.mean(), 0);
  for (double const seconds : {0.25, 0.26, 0.5, 3.0}) costs.add(seconds);
  EXPECT_EQ(costs.count(), 4);
  EXPECT_DOUBLE_EQ(costs.sum(), 4.01);
  EXPECT_DOUBLE_EQ(costs.mean(), 1.0025);
  EXPECT_DOUBLE_EQ(costs.largest(), 3.0);
}

TEST(LocusCosts, ASampleHasTheDistributionInAnotherOrder) {
  LocusCosts costs;
  costs.add(1.0, 75);
  costs.add(10.0, 25);
  auto const sample = costs.sample(1000, 5);
  EXPECT_EQ(std::count(sample.begin(), sample.end(), 1.0), 750);
  EXPECT_EQ(std::count(sample.begin(), sample.end(), 10.0), 250);
  EXPECT_FALSE(std::is_sorted(sample.begin(), sample.end()));
  EXPECT_EQ(sample, costs.sample(1000, 5));
  EXPECT_NE(sample, costs.sample(1000, 6));
  EXPECT_EQ(costs.sample(0, 1).size(), 0U);
  EXPECT_THROW(LocusCosts().sample(1, 1), Error);
}

TEST(LocusCosts, OneSampledCostIsTheMedian) {
  LocusCosts costs;
  for (double const seconds : {1.0, 10.0, 100.0}) costs.add(seconds);
  EXPECT_THAT(costs.sample(1, 3), testing::ElementsAre(10.0));
}

TEST(LocusCosts, TextComesBack) {
  LocusCosts costs;
  costs.add(0.125, 3);
  costs.add(2.0);
  EXPECT_EQ(costs.text(), "[[0.125, 3], [2, 1]]");
  EXPECT_EQ(LocusCosts::parse(costs.text()).text(), costs.text());
  EXPECT_EQ(LocusCosts::parse("[]").count(), 0);
  for (char const* wrong : {"[[1, x]]", "[[1]]", "[[-1, 2]]"}) EXPECT_THROW(LocusCosts::parse(wrong), Error) << wrong;
}

TEST(LocusCosts, RanksAddUp) {
  LocusCosts one;
  LocusCosts other;
  one.add(0.5);
  other.add(0.5, 2);
  other.add(4.0);
  one += other;
  EXPECT_EQ(one.text(), "[[0.5, 3], [4, 1]]");
}

}  // namespace
}  // namespace shoal::scan
