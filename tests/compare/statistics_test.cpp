// SPDX-License-Identifier: MIT
// Resampling, ranks and fronts beside numbers by hand.
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "compare/statistics/bootstrap.hpp"
#include "compare/statistics/paired.hpp"

namespace shoal::compare {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Statistics, RanksAndFront) {
  EXPECT_THAT(ranks_from_highest(std::vector{2.0, 5.0, 2.0, 1.0}), testing::ElementsAre(2.5, 1, 2.5, 4));
  EXPECT_TRUE(std::isnan(ranks_from_highest(std::vector{2.0, nan})[1]));
  EXPECT_THAT(pareto_front({{1, 2, 3, 1}, {3, 2, 1, 1}}), testing::ElementsAre(true, true, true, false));
  EXPECT_THAT(pareto_front({{1, 1}, {1, nan}}), testing::ElementsAre(true, false));
}

TEST(Statistics, BootstrapErrorIsThatOfAMean) {
  constexpr std::size_t loci = 400;
  std::vector<double> values(2 * loci);
  for (std::size_t i = 0; i < loci; ++i) values[i] = static_cast<double>(i % 7);
  for (std::size_t i = 0; i < loci; ++i) values[loci + i] = i % 2 == 0 ? nan : 1.0;
  auto const made = bootstrap_means(values, loci, 3, 2000);
  double squares = 0, mean = made.means[0];
  for (std::size_t i = 0; i < loci; ++i) squares += (values[i] - mean) * (values[i] - mean);
  double const expected = std::sqrt(squares / loci / loci);
  auto const found = estimate(mean, made.loci[0], made.replicates[0], 0.95);
  EXPECT_NEAR(found.error, expected, 0.05 * expected);
  EXPECT_NEAR(found.upper - found.lower, 2 * 1.96 * expected, 0.1 * expected * 4);
  EXPECT_EQ(made.loci[1], 200);
  EXPECT_DOUBLE_EQ(made.means[1], 1);
  EXPECT_DOUBLE_EQ(made.replicates[1][17], 1);
}

TEST(Statistics, ResamplesDependOnTheirNumberOnly) {
  auto const one = resample(1, 5, 1000);
  EXPECT_EQ(one, resample(1, 5, 1000));
  EXPECT_NE(one, resample(1, 6, 1000));
  EXPECT_NE(one, resample(2, 5, 1000));
  EXPECT_EQ(std::accumulate(one.begin(), one.end(), 0U), 1000U);
}

}  // namespace
}  // namespace shoal::compare
