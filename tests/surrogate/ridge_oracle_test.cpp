// SPDX-License-Identifier: MIT
// The fit against plain one-hot algebra written here, brute-force leave-one-out, and what must hold for any data.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "support/backends.hpp"
#include "surrogate/elimination.hpp"
#include "surrogate/tables.hpp"

namespace shoal::surrogate {
namespace {

struct Oracle {
  double intercept = 0;
  std::vector<double> theta;  // [4, length]
  double predict(test::Table const& table, std::int64_t row) const {
    double value = intercept;
    for (std::int32_t l = 0; l < table.length; ++l) {
      value += theta[static_cast<std::size_t>(table.code(row, l) * table.length + l)];
    }
    return value;
  }
};

// One-hot ridge with a free intercept, centred columns, on the first `rows` rows but `left_out`.
Oracle one_hot_ridge(test::Table const& table, std::int64_t task, double lambda, std::int64_t rows,
                     std::int64_t left_out) {
  auto const size = static_cast<std::size_t>(4 * table.length);
  std::vector<std::vector<double>> features;
  std::vector<double> observed;
  std::vector<double> means(size, 0.0);
  double observed_mean = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (row == left_out) continue;
    std::vector<double> x(size, 0.0);
    for (std::int32_t l = 0; l < table.length; ++l) {
      x[static_cast<std::size_t>(table.code(row, l) * table.length + l)] = 1.0;
    }
    for (std::size_t i = 0; i < size; ++i) means[i] += x[i];
    observed.push_back(table.score(row, task));
    observed_mean += observed.back();
    features.push_back(std::move(x));
  }
  auto const count = static_cast<double>(observed.size());
  for (double& value : means) value /= count;
  observed_mean /= count;
  std::vector<std::vector<double>> normal(size, std::vector<double>(size, 0.0));
  std::vector<double> side(size, 0.0);
  for (std::size_t row = 0; row < features.size(); ++row) {
    for (std::size_t i = 0; i < size; ++i) {
      side[i] += (features[row][i] - means[i]) * (observed[row] - observed_mean);
      for (std::size_t j = 0; j < size; ++j)
        normal[i][j] += (features[row][i] - means[i]) * (features[row][j] - means[j]);
    }
  }
  for (std::size_t i = 0; i < size; ++i) normal[i][i] += lambda;
  Oracle oracle{observed_mean, test::eliminate(std::move(normal), std::move(side))};
  for (std::size_t i = 0; i < size; ++i) oracle.intercept -= oracle.theta[i] * means[i];
  return oracle;
}

class RidgeOracle : public test::OnBackend {};

TEST_P(RidgeOracle, EqualsOneHotAlgebraAndIsInTheZeroSumGauge) {
  test::Table const table = test::drawn_table(11, 157, 3, 0.3, 5);
  RidgeOptions options;
  options.lambdas = {0.7};
  options.holdout = 0.1;
  auto const fits = test::fit(backend(), table, options);
  for (std::int64_t task = 0; task < 3; ++task) {
    AdditiveFit const& fit = fits[static_cast<std::size_t>(task)];
    Oracle const oracle = one_hot_ridge(table, task, 0.7, 157 - 16, -1);
    EXPECT_NEAR(fit.intercept, oracle.intercept, 1e-10);
    for (std::size_t i = 0; i < oracle.theta.size(); ++i) EXPECT_NEAR(fit.theta[i], oracle.theta[i], 1e-10);
    for (std::size_t l = 0; l < 11; ++l) {
      EXPECT_NEAR(fit.theta[l] + fit.theta[11 + l] + fit.theta[22 + l] + fit.theta[33 + l], 0.0, 1e-12);
    }
    double residuals = 0;
    double total = 0;
    double mean = 0;
    for (std::int64_t row = 141; row < 157; ++row) mean += table.score(row, task) / 16;
    for (std::int64_t row = 141; row < 157; ++row) {
      residuals += std::pow(table.score(row, task) - oracle.predict(table, row), 2);
      total += std::pow(table.score(row, task) - mean, 2);
    }
    EXPECT_NEAR(fit.r2_test, 1 - residuals / total, 1e-10);
    EXPECT_TRUE(std::isnan(fit.lambda_scores[0]));
  }
}

TEST_P(RidgeOracle, LeaveOneOutEqualsBruteForce) {
  test::Table const table = test::drawn_table(5, 40, 2, 0.4, 8);
  RidgeOptions options;
  options.lambdas = {0.05, 2.0, 30.0};
  options.selection = LambdaSelection::loo;
  options.holdout = 0;
  auto const fits = test::fit(backend(), table, options);
  for (std::int64_t task = 0; task < 2; ++task) {
    for (std::size_t choice = 0; choice < 3; ++choice) {
      double squares = 0;
      for (std::int64_t row = 0; row < 40; ++row) {
        Oracle const oracle = one_hot_ridge(table, task, options.lambdas[choice], 40, row);
        squares += std::pow(table.score(row, task) - oracle.predict(table, row), 2);
      }
      EXPECT_NEAR(fits[static_cast<std::size_t>(task)].lambda_scores[choice], squares / 40, 1e-10);
    }
  }
}

// df is 1 plus the sum over rows of the derivative of a row's prediction by its own score, less the mean's share: by
// finite differences, exact because a ridge fit is linear in y.
TEST_P(RidgeOracle, DegreesOfFreedomAndGcvFollowFromTheHatMatrix) {
  test::Table table = test::drawn_table(4, 30, 1, 0.5, 3);
  RidgeOptions options;
  options.lambdas = {1.5, 4.0};
  options.selection = LambdaSelection::gcv;
  options.holdout = 0;
  AdditiveFit const fit = test::fit(backend(), table, options)[0];
  for (std::size_t choice = 0; choice < 2; ++choice) {
    double trace = 0;
    double residuals = 0;
    Oracle const before = one_hot_ridge(table, 0, options.lambdas[choice], 30, -1);
    for (std::int64_t row = 0; row < 30; ++row) {
      float& score = table.scores[static_cast<std::size_t>(row)];
      float const kept = score;
      score += 8.0F;
      double const step = double{score} - double{kept};
      Oracle const after = one_hot_ridge(table, 0, options.lambdas[choice], 30, -1);
      score = kept;
      trace += (after.predict(table, row) - before.predict(table, row)) / step;
      residuals += std::pow(table.score(row, 0) - before.predict(table, row), 2);
    }
    EXPECT_NEAR(fit.lambda_scores[choice], residuals / 30 / std::pow(1 - trace / 30, 2), 1e-10);
    if (options.lambdas[choice] == fit.lambda) {
      EXPECT_NEAR(fit.degrees_of_freedom, trace, 1e-9);
    }
  }
}

// Against the covariance of the estimate written down: row n of y moves theta by its own column of the hat map.
TEST_P(RidgeOracle, StandardErrorsAreThoseOfTheDenseFormula) {
  test::Table table = test::drawn_table(5, 60, 2, 0.4, 9);
  RidgeOptions options;
  options.lambdas = {2.5};
  options.holdout = 0.1;
  options.standard_errors = true;
  auto const fits = test::fit(backend(), table, options);
  constexpr std::int64_t train = 54;
  test::Table unit = table;
  std::vector<double> squares(20, 0.0);
  double intercept_squares = 0;
  double trace = 0;
  double trace_of_square = 0;
  std::vector<std::vector<double>> hat(train, std::vector<double>(train));
  for (std::int64_t row = 0; row < train; ++row) {
    std::fill(unit.scores.begin(), unit.scores.end(), 0.0F);
    unit.scores[static_cast<std::size_t>(2 * row)] = 1.0F;
    Oracle const oracle = one_hot_ridge(unit, 0, 2.5, train, -1);
    for (std::size_t i = 0; i < 20; ++i) squares[i] += oracle.theta[i] * oracle.theta[i];
    intercept_squares += oracle.intercept * oracle.intercept;
    for (std::int64_t other = 0; other < train; ++other) {
      hat[static_cast<std::size_t>(other)][static_cast<std::size_t>(row)] = oracle.predict(table, other);
    }
  }
  for (std::size_t i = 0; i < train; ++i) {
    trace += hat[i][i];
    for (std::size_t j = 0; j < train; ++j) trace_of_square += hat[i][j] * hat[j][i];
  }
  for (std::int64_t task = 0; task < 2; ++task) {
    AdditiveFit const& fit = fits[static_cast<std::size_t>(task)];
    Oracle const oracle = one_hot_ridge(table, task, 2.5, train, -1);
    double residuals = 0;
    for (std::int64_t row = 0; row < train; ++row) {
      residuals += std::pow(table.score(row, task) - oracle.predict(table, row), 2);
    }
    double const sigma = std::sqrt(residuals / (static_cast<double>(train) - 2 * trace + trace_of_square));
    EXPECT_NEAR(fit.residual_sd, sigma, 1e-10);
    EXPECT_NEAR(fit.intercept_error, sigma * std::sqrt(intercept_squares), 1e-10);
    ASSERT_EQ(fit.theta_errors.size(), 20u);
    for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(fit.theta_errors[i], sigma * std::sqrt(squares[i]), 1e-10) << i;
  }
}

TEST_P(RidgeOracle, PositionsThatNeverChangeGetZero) {
  test::Table table = test::drawn_table(70, 300, 1, 0.1, 4);
  for (std::int64_t row = 0; row < 300; ++row) {
    for (std::int64_t l = 20; l < 50; ++l) table.codes[static_cast<std::size_t>(row * 70 + l)] = l == 33 ? 4 : 2;
  }
  AdditiveFit const fit = test::fit(backend(), table, {})[0];
  for (std::size_t l = 0; l < 70; ++l) {
    for (std::size_t base = 0; base < 4; ++base) EXPECT_EQ(fit.theta[base * 70 + l] == 0.0, l >= 20 && l < 50);
  }
}

TEST_P(RidgeOracle, ConstantScoresGiveZeroAndNoMetrics) {
  test::Table table = test::drawn_table(6, 50, 2, 0.3, 6);
  for (std::size_t row = 0; row < 50; ++row) table.scores[2 * row] = 0.1F;
  auto const fits = test::fit(backend(), table, {});
  for (double const value : fits[0].theta) EXPECT_EQ(value, 0.0);
  EXPECT_EQ(fits[0].intercept, double{0.1F});
  EXPECT_TRUE(std::isnan(fits[0].r2_train));
  EXPECT_TRUE(std::isnan(fits[0].r2_test));
  EXPECT_EQ(fits[0].lambda, RidgeOptions{}.lambdas.front());
  EXPECT_GT(fits[1].r2_train, 0.3);
  RidgeOptions options;
  options.standard_errors = true;
  auto const again = test::fit(backend(), table, options);
  for (double const error : again[0].theta_errors) EXPECT_EQ(error, 0.0);
  EXPECT_EQ(again[0].intercept_error, 0.0);
}

TEST_P(RidgeOracle, OneMutantOfAllIsEnoughForAFoldWithoutVariation) {
  test::Table table = test::drawn_table(3, 12, 1, 0.0, 6);
  table.codes[static_cast<std::size_t>(4 * 3 + 1)] = static_cast<std::uint8_t>(3 - table.code(0, 1));
  RidgeOptions options;
  options.folds = 12;
  options.holdout = 0;
  AdditiveFit const fit = test::fit(backend(), table, options)[0];
  EXPECT_TRUE(std::isfinite(fit.intercept));
  EXPECT_NE(fit.theta[1], 0.0);
}

TEST_P(RidgeOracle, NothingVariesAtAll) {
  test::Table const table = test::drawn_table(3, 12, 1, 0.0, 6);
  for (auto const selection : {LambdaSelection::kfold, LambdaSelection::loo, LambdaSelection::gcv}) {
    RidgeOptions options;
    options.selection = selection;
    options.holdout = 0;
    AdditiveFit const fit = test::fit(backend(), table, options)[0];
    for (double const value : fit.theta) EXPECT_EQ(value, 0.0);
    EXPECT_NEAR(fit.degrees_of_freedom, 1.0, 1e-15);
    EXPECT_NEAR(fit.r2_train, 0.0, 1e-12);
  }
}

TEST_P(RidgeOracle, ScoresThatAreNotFiniteAreNamed) {
  test::Table table = test::drawn_table(6, 50, 2, 0.3, 6);
  table.scores[2 * 17 + 1] = NAN;
  try {
    test::fit(backend(), table, {});
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::numeric);
    EXPECT_NE(std::string(error.what()).find("mutant 17 for task 1"), std::string::npos) << error.what();
  }
}

SHOAL_ON_EVERY_BACKEND(RidgeOracle);

// Every bit of a fit, for comparing runs.
std::vector<double> everything(std::vector<AdditiveFit> const& fits) {
  std::vector<double> values;
  for (AdditiveFit const& fit : fits) {
    values.insert(values.end(), fit.theta.begin(), fit.theta.end());
    values.insert(values.end(), fit.lambda_scores.begin(), fit.lambda_scores.end());
    values.insert(values.end(), fit.theta_errors.begin(), fit.theta_errors.end());
    for (double const value : {fit.intercept, fit.lambda, fit.degrees_of_freedom, fit.r2_train, fit.r2_test}) {
      values.push_back(value);
    }
  }
  return values;
}

TEST(RidgeThreads, AnyNumberGivesTheSameBits) {
  test::Table const table = test::drawn_table(60, 1500, 2, 0.1, 7);
  for (auto const selection : {LambdaSelection::kfold, LambdaSelection::loo}) {
    RidgeOptions options;
    options.selection = selection;
    options.standard_errors = true;
    auto const one = everything(test::fit(*device::Backend::cpu(1), table, options));
    for (int const threads : {2, 3, 7}) {
      auto const several = everything(test::fit(*device::Backend::cpu(threads), table, options));
      ASSERT_EQ(one.size(), several.size());
      EXPECT_EQ(std::memcmp(one.data(), several.data(), one.size() * sizeof(double)), 0) << threads;
    }
  }
}

}  // namespace
}  // namespace shoal::surrogate
