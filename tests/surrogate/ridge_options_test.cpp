// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "surrogate/additive_ridge.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::surrogate {
namespace {

TEST(RidgeOptions, NamesGoBothWays) {
  for (auto const selection : {LambdaSelection::kfold, LambdaSelection::loo, LambdaSelection::gcv}) {
    EXPECT_EQ(parse_lambda_selection(to_string(selection)), selection);
  }
  EXPECT_THROW(parse_lambda_selection("cv"), Error);
}

TEST(RidgeOptions, NonsenseIsRefusedAsConfiguration) {
  auto const refused = [](RidgeOptions const& options, std::int64_t mutants) {
    try {
      options.validate(mutants);
      return false;
    } catch (Error const& error) {
      return error.code() == ErrorCode::config;
    }
  };
  RidgeOptions const good;
  EXPECT_FALSE(refused(good, 100));
  EXPECT_TRUE(refused(good, 2));
  for (auto const& lambdas : {std::vector<double>{}, {0.0}, {-1.0}, {1.0, NAN}, {INFINITY}}) {
    RidgeOptions options;
    options.lambdas = lambdas;
    EXPECT_TRUE(refused(options, 100));
  }
  for (double const holdout : {-0.1, 1.0, double{NAN}}) {
    RidgeOptions options;
    options.holdout = holdout;
    EXPECT_TRUE(refused(options, 100));
  }
  for (int const folds : {1, 0, -3, 91}) {
    RidgeOptions options;
    options.folds = folds;
    EXPECT_TRUE(refused(options, 100));
    options.selection = LambdaSelection::loo;
    EXPECT_FALSE(refused(options, 100));
  }
}

TEST(RowBlocks, AreThoseOfScikitLearnsKFold) {
  auto const blocks = contiguous_blocks(13, 5);
  std::vector<std::int64_t> ends;
  for (auto const block : blocks) ends.push_back(block.end);
  EXPECT_EQ(ends, (std::vector<std::int64_t>{3, 6, 9, 11, 13}));
  EXPECT_EQ(blocks[0].begin, 0);
  EXPECT_EQ(blocks[3].begin, 9);
  EXPECT_EQ(training_rows(20000, 0.1), 18000);
  EXPECT_EQ(training_rows(157, 0.1), 141);
  EXPECT_EQ(training_rows(5, 0.0), 5);
}

}  // namespace
}  // namespace shoal::surrogate
