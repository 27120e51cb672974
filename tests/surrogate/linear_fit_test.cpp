// SPDX-License-Identifier: MIT
// Linear surrogates fitted to tables: measured splice sites, truths that must come back, and degenerate input.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <memory>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/data.hpp"
#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/ridge/lambda_scores.hpp"
#include "surrogate/ridge/linear_fit.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;

std::vector<LinearFit> fit(Letters const& table, LinearOptions const& options, int threads = 1) {
  auto const backend = device::Backend::cpu(threads);
  Observations const observations = table.observations();
  FeatureOperator const features(*backend, observations, options.features);
  return fit_linear(features, observations, options);
}

LinearOptions options_with(Interactions interactions, std::vector<double> lambdas) {
  LinearOptions options;
  options.features.interactions = interactions;
  options.lambdas = std::move(lambdas);
  return options;
}

// Splice sites, RNA: training rows, then test rows; validation rows are not used.
Letters splice_sites(std::string const& path) {
  std::unique_ptr<gzFile_s, int (*)(gzFile)> const file(gzopen(path.c_str(), "rb"), gzclose);
  Letters parts[2];
  char line[256];
  gzgets(file.get(), line, sizeof line);
  while (gzgets(file.get(), line, sizeof line) != nullptr) {
    auto const fields = split(trim(line), ',');
    if (fields[0] == "validation") continue;
    Letters& part = parts[fields[0] == "training" ? 0 : 1];
    for (char const letter : fields[4]) {
      part.letters.push_back(static_cast<std::uint8_t>(std::string_view("ACGU").find(letter)));
    }
    part.responses.push_back(*parse_real(fields[3]));
    ++part.rows;
  }
  Letters table = parts[0];
  table.length = 9;
  table.letters.insert(table.letters.end(), parts[1].letters.begin(), parts[1].letters.end());
  table.responses.insert(table.responses.end(), parts[1].responses.begin(), parts[1].responses.end());
  table.rows += parts[1].rows;
  table.split = {{0, parts[0].rows}, {parts[0].rows, parts[0].rows}, {parts[0].rows, table.rows}};
  return table;
}

struct ExpectedFit {
  Interactions interactions;
  double lambda, intercept, squares, r2_train, r2_test, pearson2_test;
};

void expect_fits(Letters const& table, std::vector<ExpectedFit> const& fits) {
  for (ExpectedFit const& expected : fits) {
    LinearFit const found = fit(table, options_with(expected.interactions, {expected.lambda}))[0];
    EXPECT_NEAR(found.parameters.constant, expected.intercept, 2e-8);
    double squares = 0;
    for (double const value : found.parameters.additive) squares += value * value;
    for (double const value : found.parameters.pair_effects) squares += value * value;
    EXPECT_NEAR(squares, expected.squares, 2e-8);
    std::vector<double> const predicted = phi_of(found.parameters, table.observations().letters, 2);
    kernels::RowRange const train = table.split.train;
    kernels::RowRange const test = table.split.test;
    EXPECT_NEAR(r_squared({table.responses.data(), train.size(), 1}, {predicted.data(), train.size(), 1}),
                expected.r2_train, 1e-6);
    Column const observed{table.responses.data() + test.begin, test.size(), 1};
    EXPECT_NEAR(r_squared(observed, {predicted.data() + test.begin, test.size(), 1}), expected.r2_test, 1e-6);
    EXPECT_NEAR(pearson_squared(observed, {predicted.data() + test.begin, test.size(), 1}), expected.pearson2_test,
                1e-6);
  }
}

// Drawn in the form of the measured ones: tests/data/surrogate/splice_sites.py.
TEST(LinearFit, DrawnSpliceSites) {
  Letters const table = splice_sites(test::data("surrogate/splice_sites.csv.gz"));
  ASSERT_EQ(table.split.train.end, 567);
  expect_fits(table, {{Interactions::additive, 1, -0.8438826023, 2.0514972642, 0.87125011, 0.86211911, 0.86582003},
                      {Interactions::additive, 100, -0.8433297313, 0.7034338729, 0.72246135, 0.69480326, 0.86368055},
                      {Interactions::pairwise, 1, -0.8415325370, 2.0777706378, 0.96411372, 0.77801509, 0.78913014},
                      {Interactions::pairwise, 100, -0.8447493505, 0.4924470689, 0.88148971, 0.81439648, 0.86666415}});
}

TEST(LinearFit, MeasuredSpliceSites) {
  SHOAL_NEEDS_SHARED_DATA();
  Letters const table = splice_sites(test::shared("mave/mpsa_data.csv.gz"));
  ASSERT_EQ(table.split.train.end, 18469);
  expect_fits(table, {{Interactions::additive, 1, -0.16938803, 0.18773570, 0.194049, 0.189770, 0.190054},
                      {Interactions::additive, 100, -0.16940716, 0.18047472, 0.193977, 0.189878, 0.190002},
                      {Interactions::pairwise, 1, -0.16156357, 1.09312492, 0.512882, 0.476115, 0.477119},
                      {Interactions::pairwise, 100, -0.16243952, 0.95694150, 0.511565, 0.477264, 0.477468}});
}

// Responses that are additive, without noise, come back exactly at lambda 0.
TEST(LinearFit, AdditiveTruthIsRecovered) {
  Letters table = test::drawn_letters({.length = 20, .rows = 600, .tasks = 2});
  std::vector<double> const effects = test::drawn_numbers(20 * 4, 5);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    double value = 3;
    for (std::int64_t l = 0; l < 20; ++l) value += effects[l * 4 + table.letter(row, l)];
    table.responses[row * 2] = value;
    table.responses[row * 2 + 1] = -2 * value;
  }
  std::vector<LinearFit> const fits = fit(table, options_with(Interactions::additive, {100, 0}));
  for (int const task : {0, 1}) {
    EXPECT_EQ(fits[task].lambda, 0);
    EXPECT_NEAR(fits[task].lambda_scores[1], 1.0, 1e-12);
    for (std::int64_t l = 0; l < 20; ++l) {
      double const mean = std::accumulate(effects.begin() + l * 4, effects.begin() + l * 4 + 4, 0.0) / 4;
      for (std::int64_t c = 0; c < 4; ++c) {
        EXPECT_NEAR(fits[task].parameters.additive[l * 4 + c], (task == 0 ? 1 : -2) * (effects[l * 4 + c] - mean),
                    1e-9);
      }
    }
  }
}

// The lambda is chosen by the validation rows, and then all rows that are not held out are fitted.
TEST(LinearFit, ValidationRowsTakePartInTheFinalFit) {
  Letters table = test::drawn_letters({.length = 8, .rows = 160});
  table.split = {{0, 100}, {100, 140}, {140, 160}};
  LinearFit const chosen = fit(table, options_with(Interactions::additive, {1, 30}))[0];
  table.split = {{0, 140}, {140, 140}, {140, 160}};
  LinearFit const whole = fit(table, options_with(Interactions::additive, {chosen.lambda}))[0];
  table.split = {{0, 100}, {100, 100}, {140, 160}};
  LinearFit const part = fit(table, options_with(Interactions::additive, {chosen.lambda}))[0];
  EXPECT_NEAR(chosen.parameters.constant, whole.parameters.constant, 1e-12);
  double apart = 0;
  for (std::size_t i = 0; i < whole.parameters.additive.size(); ++i) {
    EXPECT_NEAR(chosen.parameters.additive[i], whole.parameters.additive[i], 1e-12);
    apart = std::max(apart, std::abs(chosen.parameters.additive[i] - part.parameters.additive[i]));
  }
  EXPECT_GT(apart, 1e-3);
}

// Of lambdas that score alike the first in the list is taken, in both searches.
TEST(LinearFit, OfEqualLambdasTheFirstWins) {
  // Penalties so small that no digit of the normal matrix changes: the same solutions, the same scores.
  for (auto const& lambdas : {std::vector<double>{1e-250, 1e-260, 1e-240}, {1e-240, 1e-250, 1e-260}}) {
    LinearFit const found =
        fit(test::drawn_letters({.length = 5, .rows = 200}), options_with(Interactions::additive, lambdas))[0];
    ASSERT_EQ(found.lambda_scores[0], found.lambda_scores[1]);
    ASSERT_EQ(found.lambda_scores[0], found.lambda_scores[2]);
    EXPECT_EQ(found.lambda, lambdas[0]);
  }
  EXPECT_EQ(best_lambda({0.25, 0.5, 0.5, 0.125}, LambdaSelection::kfold), 1U);
  EXPECT_EQ(best_lambda({0.5, 0.25, 0.25, 1}, LambdaSelection::loo), 1U);
  EXPECT_EQ(best_lambda({0.25, 0.25, 0.25}, LambdaSelection::gcv), 0U);
}

TEST(LinearFit, ADuplicateRowIsARowOfWeightTwo) {
  Letters table = test::drawn_letters({.length = 6, .rows = 100});
  table.split = {{0, 100}, {100, 100}, {100, 100}};
  Letters doubled = table;
  doubled.letters.insert(doubled.letters.end(), table.letters.begin(), table.letters.end());
  doubled.responses.insert(doubled.responses.end(), table.responses.begin(), table.responses.end());
  doubled.rows = 200;
  doubled.split = {{0, 200}, {200, 200}, {200, 200}};
  table.weights.assign(100, 2.0);
  LinearOptions const options = options_with(Interactions::pairwise, {4});
  LinearFit const weighted = fit(table, options)[0];
  LinearFit const repeated = fit(doubled, options)[0];
  EXPECT_NEAR(weighted.parameters.constant, repeated.parameters.constant, 1e-11);
  for (std::size_t i = 0; i < weighted.parameters.pair_effects.size(); ++i) {
    ASSERT_NEAR(weighted.parameters.pair_effects[i], repeated.parameters.pair_effects[i], 1e-11);
  }
}

// The wild type and its single mutants say nothing about pairs, and ridge shares what they say: a finite answer.
TEST(LinearFit, SingleMutantsOnly) {
  Letters table;
  table.length = 12;
  table.letters.assign(12, 0);
  for (std::int64_t l = 0; l < 12; ++l) {
    for (std::uint8_t letter = 1; letter < 4; ++letter) {
      std::vector<std::uint8_t> mutant(12, 0);
      mutant[l] = letter;
      table.letters.insert(table.letters.end(), mutant.begin(), mutant.end());
    }
  }
  table.rows = 37;
  table.responses = test::drawn_numbers(37, 2);
  table.split = {{0, 37}, {37, 37}, {37, 37}};
  LinearFit const found = fit(table, options_with(Interactions::pairwise, {1}))[0];
  for (double const value : found.parameters.pair_effects) EXPECT_TRUE(std::isfinite(value));
  EXPECT_THROW((void)fit(table, options_with(Interactions::pairwise, {0})), Error);
}

TEST(LinearFit, ConstantResponsesHaveNoEffects) {
  Letters table = test::drawn_letters({.length = 6, .rows = 100});
  table.responses.assign(100, 2.5);
  LinearFit const found = fit(table, options_with(Interactions::pairwise, {7, 8}))[0];
  EXPECT_EQ(found.lambda, 7);
  EXPECT_EQ(found.parameters.constant, 2.5);
  for (double const value : found.parameters.pair_effects) EXPECT_EQ(value, 0.0);
  EXPECT_TRUE(std::isnan(found.lambda_scores[0]));
}

TEST(LinearFit, BadInputIsNamed) {
  Letters table = test::drawn_letters({});
  EXPECT_THROW((void)fit(table, options_with(Interactions::additive, {})), Error);
  EXPECT_THROW((void)fit(table, options_with(Interactions::additive, {-1})), Error);
  table.responses[17] = std::nan("");
  try {
    (void)fit(table, options_with(Interactions::additive, {1}));
    FAIL();
  } catch (Error const& error) {
    EXPECT_NE(std::string(error.what()).find("row 17"), std::string::npos) << error.what();
  }
}

TEST(LinearFit, BitsDoNotDependOnThreads) {
  Letters const table = test::drawn_letters({.length = 30, .rows = 6000, .rate = 0.1, .tasks = 2});
  LinearOptions const options = options_with(Interactions::pairwise, {10, 100});
  std::vector<LinearFit> const one = fit(table, options, 1);
  std::vector<LinearFit> const three = fit(table, options, 3);
  EXPECT_EQ(one[0].report.algorithm, "conjugate gradients");
  EXPECT_EQ(one[1].coefficients, three[1].coefficients);
  EXPECT_EQ(one[1].parameters.pair_effects, three[1].parameters.pair_effects);
}

// Two tasks, a strong and a weak signal, whose best lambdas differ.
TEST(LinearFit, ADescentOverLambdasChoosesWhatTryingAllWould) {
  Letters table = test::drawn_letters({.length = 20, .rows = 3600, .rate = 0.2, .tasks = 2, .seed = 7});
  std::vector<double> const effects = test::drawn_numbers(80, 8);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    for (std::int64_t position = 0; position < table.length; ++position) {
      double const effect = effects[4 * position + table.letter(row, position)];
      table.responses[2 * row] = (position > 0 ? table.responses[2 * row] : 0.05 * table.responses[2 * row]) + effect;
      table.responses[2 * row + 1] += 0.1 * effect;
    }
  }
  std::vector<double> const lambdas = {1, 10, 100, 1000, 10000};
  auto const found = fit(table, options_with(Interactions::pairwise, lambdas));
  EXPECT_EQ(found[0].report.algorithm, "conjugate gradients");
  for (std::size_t task = 0; task < 2; ++task) {
    std::vector<double> all;
    for (double const lambda : lambdas) {
      all.push_back(fit(table, options_with(Interactions::pairwise, {lambda}))[task].lambda_scores[0]);
    }
    auto const best = std::max_element(all.begin(), all.end()) - all.begin();
    EXPECT_EQ(found[task].lambda, lambdas[static_cast<std::size_t>(best)]);
    for (std::size_t i = 0; i < lambdas.size(); ++i) {
      double const score = found[task].lambda_scores[i];
      bool const ended = lambdas[i] < found[task].lambda && score < all[static_cast<std::size_t>(best)] - 7e-4;
      EXPECT_TRUE(std::isnan(score) || ended || std::abs(score - all[i]) < 1e-4) << score << " and " << all[i];
      EXPECT_FALSE(std::isnan(score) && lambdas[i] > found[task].lambda);
    }
  }
  EXPECT_LT(found[0].lambda, found[1].lambda);
}

}  // namespace
}  // namespace shoal::surrogate
