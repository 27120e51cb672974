// SPDX-License-Identifier: MIT
// Surrogates by name: what a user gets who asks for one, beside the fits themselves.
#include "surrogate/surrogate_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;

// Additive effects, one interacting pair, (2, 7), and noise. The last 500 rows test.
Letters planted_pair() {
  Letters table = test::drawn_letters({.length = 10, .rows = 4000, .rate = 0.3});
  auto const effects = test::drawn_numbers(40, 3);
  auto const pair_effects = test::drawn_numbers(16, 4);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    double value = 0.1 * table.responses[row];
    for (std::int64_t l = 0; l < 10; ++l) value += effects[l * 4 + table.letter(row, l)];
    table.responses[row] = value + pair_effects[table.letter(row, 2) * 4 + table.letter(row, 7)];
  }
  table.split = {{0, 3000}, {3000, 3500}, {3500, 4000}};
  return table;
}

SurrogateFit fit(Letters const& table, std::string const& name, SurrogateOptions const& options, int threads = 1) {
  auto const backend = device::Backend::cpu(threads);
  return fit_surrogates(*backend, table.observations(), {parse_surrogate(name)}, options).front().front();
}

TEST(SurrogateModel, GroupLassoKeepsThePlantedPairInAnyGauge) {
  Letters const table = planted_pair();
  for (GaugeKind const gauge : {GaugeKind::uniform, GaugeKind::empirical}) {
    SurrogateOptions options;
    options.alphas = {0.02};
    options.gauge = gauge;
    auto const found = fit(table, "pairwise-group-lasso", options);
    EXPECT_EQ(found.chosen_pairs, 1);
    EXPECT_TRUE(found.converged);
    EXPECT_GT(found.test.r2, 0.98);
    for (std::size_t pair = 0; pair < found.parameters.pairs.size(); ++pair) {
      double largest = 0;
      for (std::size_t i = 0; i < 16; ++i) {
        largest = std::max(largest, std::abs(found.parameters.pair_effects[16 * pair + i]));
      }
      bool const planted = found.parameters.pairs[pair] == SitePair{2, 7};
      EXPECT_EQ(largest > 1e-12, planted) << found.parameters.pairs[pair].first;
    }
  }
}

TEST(SurrogateModel, GroupLassoChoosesItsPenaltyOnValidationRows) {
  Letters const table = planted_pair();
  SurrogateOptions options;
  options.alphas = {0.001, 0.01, 1.0};
  auto const found = fit(table, "pairwise-group-lasso", options);
  ASSERT_EQ(found.lambda_scores.size(), 3u);
  EXPECT_LT(found.lambda_scores[2], found.lambda_scores[1]);
  EXPECT_EQ(
      found.lambda,
      options.alphas[static_cast<std::size_t>(std::max_element(found.lambda_scores.begin(), found.lambda_scores.end()) -
                                              found.lambda_scores.begin())]);
  // What 0.1 of noise leaves.
  EXPECT_NEAR(found.noise.standard_deviation(0.0), 0.1, 0.02);
  auto const again = fit(table, "pairwise-group-lasso", options, 2);
  EXPECT_EQ(found.parameters.pair_effects, again.parameters.pair_effects);
  Letters without = table;
  without.split = {{0, 3500}, {3500, 3500}, {3500, 4000}};
  EXPECT_THROW(fit(without, "pairwise-group-lasso", options), Error);
}

// lambda = 2 s² rows theta_penalty, for four shares s² of the variance.
TEST(SurrogateModel, MavennsPenaltyIsTranslated) {
  Letters const table = planted_pair();
  SurrogateOptions options;
  options.theta_penalty = 0.01 / 50;
  auto const found = fit(table, "additive-ge", options);
  EXPECT_EQ(found.lambda_scores.size(), 4u);
  double least = 1e9;
  for (double const share : {0.03, 0.1, 0.3, 1.0}) least = std::min(least, std::abs(found.lambda - 1.2 * share));
  EXPECT_LT(least, 1e-12);
}

TEST(SurrogateModel, NamesOfUnknownSurrogatesAreRefusedWithThoseKnown) {
  try {
    parse_surrogate("pairwise-grouplasso");
    FAIL();
  } catch (Error const& error) {
    EXPECT_NE(std::string(error.what()).find("pairwise-group-lasso"), std::string::npos);
  }
}

}  // namespace
}  // namespace shoal::surrogate
