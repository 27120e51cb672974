// SPDX-License-Identifier: MIT
// Standard errors of global epistasis: the algebra of ridge if the curve is a line, and the spread of fits to
// simulated measurements if it bends.
#include "surrogate/epistasis/epistasis_errors.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "surrogate/gauge.hpp"
#include "surrogate/surrogate_data.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;

SurrogateFit fitted(Letters const& table, SurrogateOptions const& options, std::string const& name, int threads = 1) {
  auto const backend = device::Backend::cpu(threads);
  return fit_surrogates(*backend, table.observations(), {parse_surrogate(name)}, options).front().front();
}

// The spread of phi's parameters over fits to new measurements of the same sequences is what each fit claims on
// average; the noise grows along the curve.
void expect_spread(std::string const& name, int repeats, double tolerance) {
  constexpr std::int64_t rows = 700;
  Letters table = test::drawn_letters({.length = 5, .rows = rows, .rate = 0.5});
  table.split = {{0, 560}, {560, rows}, {rows, rows}};
  auto const effects = test::drawn_numbers(20, 5);
  std::vector<double> truth;
  double mean = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    double phi = 0;
    for (std::int64_t l = 0; l < 5; ++l) phi += 0.6 * effects[l * 4 + table.letter(row, l)];
    truth.push_back(phi);
    mean += phi / rows;
  }
  for (double& phi : truth) phi = std::tanh(1.2 * (phi - mean));
  SurrogateOptions options;
  options.lambdas = {0.5};
  options.standard_errors = true;
  std::vector<double> sums, squares, claimed;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    auto const drawn = test::drawn_numbers(rows, 100 + static_cast<unsigned>(repeat));
    for (std::int64_t row = 0; row < rows; ++row) {
      table.responses[row] = truth[row] + 0.1 * (1.5 + truth[row]) * drawn[row];
    }
    auto const fit = fitted(table, options, name);
    ASSERT_TRUE(fit.errors.has_value());
    auto const& parameters = fit.parameters.additive;
    ASSERT_EQ(fit.errors->additive.size(), parameters.size());
    sums.resize(parameters.size());
    squares.resize(parameters.size());
    claimed.resize(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      sums[i] += parameters[i];
      squares[i] += parameters[i] * parameters[i];
      claimed[i] += fit.errors->additive[i] * fit.errors->additive[i] / repeats;
    }
  }
  double all = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    double const spread = std::sqrt((squares[i] - sums[i] * sums[i] / repeats) / (repeats - 1));
    double const ratio = std::sqrt(claimed[i]) / spread;
    EXPECT_NEAR(ratio, 1.0, tolerance) << i;
    all += ratio / static_cast<double>(sums.size());
  }
  std::printf("%s: mean ratio of claimed to spread %.3f\n", name.c_str(), all);
  EXPECT_NEAR(all, 1.0, 0.08);
}

TEST(EpistasisErrors, AreTheSpreadOfRepeatedMeasurements) {
  // A standard deviation of 100 normal values is within 7.1 % (one sigma) of the true one.
  expect_spread("additive-ge", 100, 0.3);
}

// With a line for a curve, the coefficients are ridge's, c, and phi is Phi c over its standard deviation: the errors
// are checked against a Jacobian by differences of the fit itself, row by row, and the residuals' squares.
TEST(EpistasisErrors, OfALineAreTheSandwichOfRidgeFits) {
  constexpr std::int64_t rows = 90;
  Letters table = test::drawn_letters({.length = 4, .rows = rows, .rate = 0.5});
  table.split = {{0, rows}, {rows, rows}, {rows, rows}};
  SurrogateOptions options;
  options.lambdas = {2.0};
  options.curve = CurveKind::identity;
  options.standard_errors = true;
  auto const observed = table.responses;
  SurrogateFit const fit = fitted(table, options, "additive-ge");
  ASSERT_TRUE(fit.errors.has_value());
  auto const backend = device::Backend::cpu(1);
  auto const predicted = predict(fit, table.observations().letters, 1).response;
  // dparameters / dy_n by central differences; the hat matrix likewise.
  constexpr double step = 1e-3;
  std::vector<double> variances(fit.parameters.additive.size() + 1, 0.0);
  double freedom = 0, squares = 0;
  for (std::int64_t n = 0; n < rows; ++n) {
    std::vector<std::vector<double>> ends;
    std::vector<double> own;
    for (double const sign : {1.0, -1.0}) {
      table.responses = observed;
      table.responses[n] += sign * step;
      SurrogateFit const moved = fitted(table, options, "additive-ge");
      std::vector<double> values{moved.parameters.constant};
      values.insert(values.end(), moved.parameters.additive.begin(), moved.parameters.additive.end());
      ends.push_back(values);
      auto const response = predict(moved, table.observations().letters, 1).response;
      own.push_back(response[n]);
    }
    double const residual = observed[n] - predicted[n];
    for (std::size_t i = 0; i < variances.size(); ++i) {
      variances[i] += std::pow((ends[0][i] - ends[1][i]) / (2 * step) * residual, 2);
    }
    freedom += (own[0] - own[1]) / (2 * step);
    squares += residual * residual;
  }
  // N / (N - 2 tr H + tr H²): between those of tr H² = 0 and tr H² = tr H.
  double const least = rows / (rows - freedom), most = rows / (rows - 2 * freedom);
  for (std::size_t i = 0; i < variances.size(); ++i) {
    double const error = i == 0 ? fit.errors->constant : fit.errors->additive[i - 1];
    double const factor = error * error / variances[i];
    EXPECT_GT(factor, 0.99 * least) << i;
    EXPECT_LT(factor, 1.01 * most) << i;
  }
  EXPECT_GT(fit.errors->residual_sd * fit.errors->residual_sd, 0.99 * squares / (rows - freedom));
  EXPECT_LT(fit.errors->residual_sd * fit.errors->residual_sd, 1.01 * squares / (rows - 2 * freedom));
}

TEST(EpistasisErrors, DoNotDependOnThreadsAndAreOfEveryPair) {
  Letters table = test::drawn_letters({.length = 4, .rows = 500, .rate = 0.5});
  table.split = {{0, 400}, {400, 500}, {500, 500}};
  SurrogateOptions options;
  options.lambdas = {1.0};
  options.standard_errors = true;
  auto const one = fitted(table, options, "pairwise-ge", 1);
  auto const three = fitted(table, options, "pairwise-ge", 3);
  ASSERT_TRUE(one.errors.has_value());
  EXPECT_EQ(one.errors->additive, three.errors->additive);
  EXPECT_EQ(one.errors->pair_effects, three.errors->pair_effects);
  EXPECT_EQ(one.errors->pair_effects.size(), one.parameters.pair_effects.size());
  for (double const error : one.errors->pair_effects) EXPECT_GT(error, 0.0);
  options.standard_errors = false;
  auto const without = fitted(table, options, "pairwise-ge");
  EXPECT_FALSE(without.errors.has_value());
  EXPECT_EQ(without.parameters.additive, one.parameters.additive);
}

}  // namespace
}  // namespace shoal::surrogate
