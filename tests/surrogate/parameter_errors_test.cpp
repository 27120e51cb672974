// SPDX-License-Identifier: MIT
// Standard errors against one-hot algebra written here, and against the spread of fits to simulated measurements.
#include "surrogate/ridge/parameter_errors.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "surrogate/gauge.hpp"
#include "surrogate/surrogate_data.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;
using Matrix = std::vector<std::vector<double>>;

Matrix zeros(std::size_t rows, std::size_t columns) {
  return {rows, std::vector<double>(columns, 0.0)};
}

// By Gauss and Jordan; symmetric positive definite matrices need no pivoting.
Matrix inverse(Matrix a) {
  std::size_t const n = a.size();
  Matrix found = zeros(n, n);
  for (std::size_t i = 0; i < n; ++i) found[i][i] = 1.0;
  for (std::size_t pivot = 0; pivot < n; ++pivot) {
    double const scale = 1.0 / a[pivot][pivot];
    for (std::size_t j = 0; j < n; ++j) {
      a[pivot][j] *= scale;
      found[pivot][j] *= scale;
    }
    for (std::size_t row = 0; row < n; ++row) {
      double const factor = a[row][pivot];
      if (row == pivot || factor == 0.0) continue;
      for (std::size_t j = 0; j < n; ++j) {
        a[row][j] -= factor * a[pivot][j];
        found[row][j] -= factor * found[pivot][j];
      }
    }
  }
  return found;
}

// What one-hot ridge as it is written down says: columns of all letters, all pairs of letters, and the constant.
struct Oracle {
  UnitErrors unit;
  double freedom = 0;
  double residual_squares = 0;
};

Matrix one_hot(Letters const& table, std::vector<SitePair> const& pairs) {
  auto const letters = static_cast<std::size_t>(table.alphabet);
  std::size_t const own = static_cast<std::size_t>(table.length) * letters;
  Matrix x = zeros(static_cast<std::size_t>(table.rows), own + pairs.size() * letters * letters + 1);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    auto& line = x[static_cast<std::size_t>(row)];
    line.back() = 1.0;
    for (std::int64_t l = 0; l < table.length; ++l) {
      if (table.letter(row, l) != missing_letter)
        line[static_cast<std::size_t>(l) * letters + table.letter(row, l)] = 1;
    }
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      std::uint8_t const a = table.letter(row, pairs[p].first);
      std::uint8_t const b = table.letter(row, pairs[p].second);
      if (a != missing_letter && b != missing_letter) line[own + (p * letters + a) * letters + b] = 1.0;
    }
  }
  return x;
}

Oracle oracle(Letters const& table, std::vector<SitePair> const& pairs, Penalty penalty,
              std::vector<double> const& frequencies) {
  Matrix const x = one_hot(table, pairs);
  std::size_t const size = x.front().size();
  std::size_t const own = static_cast<std::size_t>(table.length * table.alphabet);
  std::size_t const rows = x.size();
  auto const weight = [&](std::size_t row) { return table.weights.empty() ? 1.0 : table.weights[row]; };
  Matrix normal = zeros(size, size);
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; x[n][i] != 0 && j < size; ++j) normal[i][j] += weight(n) * x[n][i] * x[n][j];
    }
  }
  for (std::size_t i = 0; i + 1 < size; ++i) normal[i][i] += i < own ? penalty.additive : penalty.pair;
  Matrix const inverted = inverse(normal);
  Matrix hat = zeros(rows, rows);
  Oracle found;
  std::vector<double> variances(size, 0.0);
  for (std::size_t n = 0; n < rows; ++n) {
    // The estimate where y is 1 at row n.
    std::vector<double> column(size, 0.0);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) column[i] += inverted[i][j] * x[n][j] * weight(n);
    }
    for (std::size_t m = 0; m < rows; ++m) {
      for (std::size_t i = 0; i < size; ++i) hat[m][n] += x[m][i] * column[i];
    }
    auto const additive = column.begin() + static_cast<std::ptrdiff_t>(own);
    Parameters const fixed = fix_gauge(
        {table.length, table.alphabet, column.back(), {column.begin(), additive}, pairs, {additive, column.end() - 1}},
        frequencies);
    std::vector<double> all{fixed.constant};
    all.insert(all.end(), fixed.additive.begin(), fixed.additive.end());
    all.insert(all.end(), fixed.pair_effects.begin(), fixed.pair_effects.end());
    for (std::size_t i = 0; i < size; ++i) variances[i] += all[i] * all[i] / weight(n);
  }
  for (double& variance : variances) variance = std::sqrt(variance);
  auto const additive = variances.begin() + 1;
  auto const effects = additive + static_cast<std::ptrdiff_t>(own);
  found.unit.errors = {variances.front(), {additive, effects}, {effects, variances.end()}, 1.0};
  found.unit.residual_degrees = static_cast<double>(rows);
  for (std::size_t n = 0; n < rows; ++n) {
    found.freedom += hat[n][n];
    double predicted = 0;
    for (std::size_t m = 0; m < rows; ++m) {
      predicted += hat[n][m] * table.responses[m];
      found.unit.residual_degrees += hat[n][m] * hat[m][n];
    }
    found.residual_squares += weight(n) * std::pow(table.responses[n] - predicted, 2);
  }
  found.unit.residual_degrees -= 2 * found.freedom;
  return found;
}

void expect_near(std::vector<double> const& found, std::vector<double> const& expected, double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], tolerance) << i;
}

struct Case {
  char const* name;
  test::Draw draw;
  Interactions interactions = Interactions::additive;
  GaugeKind gauge = GaugeKind::uniform;
  double pair_ratio = 1;
};

class Errors : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    All, Errors,
    testing::Values(Case{"additive", {.length = 5, .rows = 60}},
                    Case{"weighted", {.length = 5, .rows = 60, .weighted = true}, {}, GaugeKind::empirical},
                    Case{"missing", {.length = 5, .rows = 60, .missing = 0.2}, {}, GaugeKind::consensus},
                    Case{"neighbour", {.length = 4, .rows = 50}, Interactions::neighbour, GaugeKind::wild_type, 2},
                    Case{"pairwise", {.length = 4, .rows = 40}, Interactions::pairwise, GaugeKind::uniform, 0.5},
                    Case{"pairwise_weighted",
                         {.length = 4, .rows = 60, .constant = 1, .weighted = true},
                         Interactions::pairwise,
                         GaugeKind::empirical},
                    Case{"protein", {.length = 2, .rows = 80, .alphabet = 6}, Interactions::pairwise}),
    [](auto const& chosen) { return std::string(chosen.param.name); });

TEST_P(Errors, AreThoseOfOneHotAlgebra) {
  Case const& now = GetParam();
  Letters table = test::drawn_letters(now.draw);
  table.split = {{0, table.rows}, {table.rows, table.rows}, {table.rows, table.rows}};
  Observations const observations = table.observations();
  auto const backend = device::Backend::cpu(1);
  FeatureOptions const features_wanted{now.interactions};
  FeatureOperator const features(*backend, observations, features_wanted);
  auto const pairs = features_wanted.pairs(table.length);
  auto const frequencies =
      gauge_frequencies(now.gauge, table.length, table.alphabet, letter_counts(observations.letters, table.alphabet),
                        std::span(table.letters).first(static_cast<std::size_t>(table.length)), {});
  RidgeProblem problem{features, observations, {0, table.rows}, now.pair_ratio};
  problem.counts_freedom = true;
  for (double const lambda : {0.3, 7.0}) {
    Oracle const expected = oracle(table, pairs, problem.penalty(lambda), frequencies);
    bool const countable = now.interactions != Interactions::neighbour;
    for (RidgeAlgorithm const algorithm : {RidgeAlgorithm::primal_cholesky, RidgeAlgorithm::dual_cholesky}) {
      if (algorithm == RidgeAlgorithm::dual_cholesky && !countable) continue;
      UnitErrors const found = unit_errors(algorithm, problem, lambda, frequencies);
      EXPECT_NEAR(found.residual_degrees, expected.unit.residual_degrees, 1e-8);
      EXPECT_NEAR(found.errors.constant, expected.unit.errors.constant, 1e-9);
      expect_near(found.errors.additive, expected.unit.errors.additive, 1e-9);
      expect_near(found.errors.pair_effects, expected.unit.errors.pair_effects, 1e-9);
      std::vector<RidgeSide> const sides{{0, lambda}};
      auto const solved = solve_ridge(algorithm, problem, sides, {});
      ASSERT_EQ(solved.degrees_of_freedom.size(), 1u);
      EXPECT_NEAR(solved.degrees_of_freedom[0], expected.freedom, 1e-8);
    }
    // By name, sigma included.
    SurrogateOptions options;
    options.lambdas = {lambda};
    options.pair_ratio = now.pair_ratio;
    options.gauge = now.gauge;
    options.reference.assign(table.letters.begin(), table.letters.begin() + table.length);
    options.standard_errors = true;
    SurrogateName const name{"ridge", now.interactions, Solver::ridge};
    SurrogateFit const fit = fit_surrogates(*backend, observations, {name}, options).front().front();
    double const sigma = std::sqrt(expected.residual_squares / expected.unit.residual_degrees);
    EXPECT_NEAR(fit.degrees_of_freedom, expected.freedom, 1e-8);
    ASSERT_TRUE(fit.errors.has_value());
    EXPECT_NEAR(fit.errors->residual_sd, sigma, 1e-8);
    for (std::size_t i = 0; i < fit.errors->additive.size(); ++i) {
      EXPECT_NEAR(fit.errors->additive[i], sigma * expected.unit.errors.additive[i], 1e-8);
    }
  }
}

// Estimates from new measurements of the same sequences spread as the standard errors say, and these hold the noise.
TEST(ParameterErrors, AreTheSpreadOfRepeatedMeasurements) {
  Letters table = test::drawn_letters({.length = 5, .rows = 120, .rate = 0.4});
  table.split = {{0, 120}, {120, 120}, {120, 120}};
  auto const effects = test::drawn_numbers(20, 5);
  std::vector<double> truth;
  for (std::int64_t row = 0; row < table.rows; ++row) {
    truth.push_back(1.0);
    for (std::int64_t l = 0; l < 5; ++l) truth.back() += 0.3 * effects[l * 4 + table.letter(row, l)];
  }
  SurrogateOptions options;
  options.lambdas = {2.0};
  options.gauge = GaugeKind::empirical;
  options.standard_errors = true;
  auto const backend = device::Backend::cpu(1);
  constexpr int repeats = 1500;
  constexpr double noise = 0.5;
  std::vector<double> sums(21, 0.0), squares(21, 0.0), claimed(21, 0.0);
  double variance = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    auto const drawn = test::drawn_numbers(120, 100 + static_cast<unsigned>(repeat));
    for (std::size_t row = 0; row < 120; ++row) table.responses[row] = truth[row] + noise * drawn[row];
    auto const fit =
        fit_surrogates(*backend, table.observations(), {parse_surrogate("additive-ridge")}, options).front().front();
    variance += fit.errors->residual_sd * fit.errors->residual_sd / repeats;
    for (std::size_t i = 0; i < 21; ++i) {
      double const value = i == 0 ? fit.parameters.constant : fit.parameters.additive[i - 1];
      double const error = i == 0 ? fit.errors->constant : fit.errors->additive[i - 1];
      sums[i] += value;
      squares[i] += value * value;
      claimed[i] += error * error / repeats;
    }
  }
  EXPECT_NEAR(std::sqrt(variance) / noise, 1.0, 0.02);
  for (std::size_t i = 0; i < 21; ++i) {
    double const spread = std::sqrt((squares[i] - sums[i] * sums[i] / repeats) / (repeats - 1));
    // A standard deviation of 1500 normal values is within 1.8 % (one sigma) of the true one.
    EXPECT_NEAR(std::sqrt(claimed[i]) / spread, 1.0, 0.075) << i;
  }
}

TEST(ParameterErrors, AreLeftOutWhereNothingGivesThem) {
  Letters table = test::drawn_letters({.length = 24, .rows = 3500});
  SurrogateOptions options;
  options.lambdas = {10.0};
  options.standard_errors = true;
  options.features.maximum_distance = 20;
  auto const backend = device::Backend::cpu(1);
  auto const fit =
      fit_surrogates(*backend, table.observations(), {parse_surrogate("pairwise-ridge")}, options).front().front();
  EXPECT_EQ(fit.algorithm, "conjugate gradients");
  EXPECT_FALSE(fit.errors.has_value());
  EXPECT_TRUE(std::isnan(fit.degrees_of_freedom));
  auto const lasso =
      fit_surrogates(*backend, table.observations(), {parse_surrogate("additive-lasso")}, options).front().front();
  EXPECT_FALSE(lasso.errors.has_value());
  EXPECT_GE(lasso.degrees_of_freedom, 1.0);
}

}  // namespace
}  // namespace shoal::surrogate
