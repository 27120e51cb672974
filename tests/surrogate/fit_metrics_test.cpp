// SPDX-License-Identifier: MIT
#include "surrogate/metrics/fit_metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace shoal::surrogate {
namespace {

// By hand: observed 1 2 3 6 (mean 3, TSS 14), predicted 2 2 4 4 (RSS 6; mean 3, sum of squares 4, products 6).
TEST(FitMetrics, ByHand) {
  std::vector<double> const values = {1, 2, 2, 2, 3, 4, 6, 4};
  Column const observed{values.data(), 4, 2};
  Column const predicted{values.data() + 1, 4, 2};
  EXPECT_DOUBLE_EQ(mean(observed), 3.0);
  EXPECT_DOUBLE_EQ(r_squared(observed, predicted), 1.0 - 6.0 / 14.0);
  EXPECT_DOUBLE_EQ(pearson_squared(observed, predicted), 36.0 / (14.0 * 4.0));
  EXPECT_DOUBLE_EQ(fold_score(observed, predicted), 1.0 - 6.0 / 14.0);
}

TEST(FitMetrics, ConstantsAndNothing) {
  std::vector<double> const same = {2, 2, 2};
  std::vector<double> const other = {1, 2, 4};
  EXPECT_TRUE(std::isnan(r_squared({same.data(), 3}, {other.data(), 3})));
  EXPECT_TRUE(std::isnan(pearson_squared({other.data(), 3}, {same.data(), 3})));
  EXPECT_TRUE(std::isnan(r_squared({}, {})));
  EXPECT_TRUE(std::isnan(pearson_squared({}, {})));
  EXPECT_EQ(fold_score({same.data(), 3}, {other.data(), 3}), 0.0);
  EXPECT_EQ(fold_score({same.data(), 3}, {same.data(), 3}), 1.0);
}

}  // namespace
}  // namespace shoal::surrogate
