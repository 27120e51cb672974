// SPDX-License-Identifier: MIT
// Estimates, tests and corrections beside numbers by hand and SciPy's.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <vector>

#include "statistics/estimate.hpp"
#include "statistics/multiple_tests.hpp"
#include "statistics/rank_tests.hpp"

namespace shoal::statistics {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// 1, 2, 4, 9: mean 4, deviation sqrt(38 / 3); Student's t of 3 degrees of freedom at 95 %: 3.182446305.
TEST(Estimate, HasStudentsInterval) {
  std::vector<double> const values = {1, 2, 4, 9};
  Estimate const made = estimate(values, 0.95);
  double const deviation = std::sqrt(38.0 / 3);
  EXPECT_DOUBLE_EQ(made.mean, 4);
  EXPECT_DOUBLE_EQ(made.deviation, deviation);
  EXPECT_DOUBLE_EQ(made.error, deviation / 2);
  EXPECT_NEAR(made.upper, 4 + 3.182446305284263 * deviation / 2, 1e-8);
  EXPECT_NEAR(made.lower, 4 - 3.182446305284263 * deviation / 2, 1e-8);
  EXPECT_TRUE(std::isnan(estimate(std::vector<double>{5}, 0.95).error));
}

TEST(SignedRank, EqualsSciPy) {
  // scipy.stats.wilcoxon(x, y, correction=False, mode="approx").
  std::vector<double> const x = {125, 115, 130, 140, 140, 115, 140, 125, 140, 135};
  std::vector<double> const y = {110, 122, 125, 120, 140, 124, 123, 137, 135, 145};
  auto const test = signed_rank(x, y);
  EXPECT_EQ(test.pairs, 10);
  EXPECT_DOUBLE_EQ(test.mean_difference, 2.4);
  EXPECT_NEAR(test.p, 0.5936305914425295, 1e-12);
  EXPECT_DOUBLE_EQ(signed_rank(x, x).p, 1);
  EXPECT_EQ(signed_rank(std::vector{1.0, nan}, std::vector{0.0, 1.0}).pairs, 1);
}

TEST(MannWhitney, IsScipysAsymptoticTest) {
  std::vector<double> const one = {1, 2, 2, 5, 7.5}, other = {2, 3, 6, 8, 9, 9};
  EXPECT_NEAR(mann_whitney_less(one, other), 0.0582282649206976, 1e-9);
  EXPECT_GT(mann_whitney_less(other, one), 0.9);
  EXPECT_EQ(mann_whitney_less({}, one), 1);
  // alternative="two-sided".
  EXPECT_NEAR(mann_whitney(one, other), 2 * 0.0582282649206976, 1e-9);
  EXPECT_NEAR(mann_whitney(other, one), 2 * 0.0582282649206976, 1e-9);
  std::vector<double> const same(4, 1.0);
  EXPECT_EQ(mann_whitney_less(same, same), 1);
  EXPECT_EQ(mann_whitney(same, same), 1);
}

TEST(MultipleTests, HolmByHand) {
  EXPECT_THAT(holm(std::vector{.01, .04, .03, .005}),
              ElementsAre(DoubleEq(.03), DoubleEq(.06), DoubleEq(.06), DoubleEq(.02)));
}

TEST(MultipleTests, QValuesAreBenjaminisAndHochbergs) {
  EXPECT_THAT(q_values({0.01, 0.04, 0.03, 0.5}), ElementsAre(0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5));
}

}  // namespace
}  // namespace shoal::statistics
