// SPDX-License-Identifier: MIT
#include "base/correlation.hpp"

#include <gmock/gmock.h>

namespace shoal {
namespace {

TEST(Correlation, NumbersByHand) {
  std::vector<double> const x = {1, 2, 3, 4}, y = {2, 1, 4, 9};
  // sums of products of deviations: 12, 5, 38.
  EXPECT_NEAR(pearson(x, y), 12 / std::sqrt(5 * 38.0), 1e-15);
  EXPECT_NEAR(spearman(x, y), 0.8, 1e-15);
}

TEST(Correlation, TiesShareTheirRank) {
  std::vector<double> const values = {3, 1, 3, 2};
  EXPECT_THAT(ranks_from_lowest(values), testing::ElementsAre(3.5, 1, 3.5, 2));
}

TEST(Correlation, ColumnsThatDoNotVaryHaveNone) {
  std::vector<double> const constant(7, 0.1), other = {1, 5, 2, 7, 4, 1, 0};
  EXPECT_EQ(pearson(constant, other), 0);
  EXPECT_EQ(spearman(other, constant), 0);
  EXPECT_EQ(pearson({}, {}), 0);
}

}  // namespace
}  // namespace shoal
