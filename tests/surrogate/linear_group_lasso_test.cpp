// SPDX-License-Identifier: MIT
// The group lasso over pairs: planted contacts come back, the minimum's conditions hold, and letters may be recoded.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "surrogate/sparse/group_lasso.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;

// Additive effects and two interacting pairs, (1, 6) and (3, 9).
Letters planted() {
  Letters table = test::drawn_letters({.length = 10, .rows = 4000, .rate = 0.3});
  std::vector<double> const effects = test::drawn_numbers(40, 3);
  std::vector<double> const pair_effects = test::drawn_numbers(32, 4);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    double value = 0.3 * table.responses[row];
    for (std::int64_t l = 0; l < 10; ++l) value += effects[l * 4 + table.letter(row, l)];
    value += pair_effects[table.letter(row, 1) * 4 + table.letter(row, 6)];
    value += pair_effects[16 + table.letter(row, 3) * 4 + table.letter(row, 9)];
    table.responses[row] = value;
  }
  return table;
}

GroupLassoFit fit(Letters const& table, FeatureOperator const& features, double alpha) {
  return fit_group_lasso(features, table.observations(), 0, {alpha, 1e-9, 5000});
}

TEST(GroupLasso, PlantedContactsComeBack) {
  Letters const table = planted();
  Observations const observations = table.observations();
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {Interactions::pairwise});
  GroupLassoFit const found = fit(table, features, 0.02);
  EXPECT_TRUE(found.converged);
  EXPECT_LT(found.iterations, 300);
  EXPECT_EQ(found.chosen, 2);
  for (std::size_t i = 0; i < found.strength.size(); ++i) {
    PairBlock const& block = features.layout().blocks()[i];
    bool const contact = (block.first == 1 && block.second == 6) || (block.first == 3 && block.second == 9);
    EXPECT_EQ(found.strength[i] > 0, contact) << block.first << " " << block.second;
  }
}

// With phi = Phi u and r = y - c - phi, the pull Phi_pair^T r / N of a pair has at most the norm alpha sqrt(9), and
// that norm where the pair is chosen; additive pulls are 0.
TEST(GroupLasso, ConditionsOfTheMinimum) {
  Letters const table = planted();
  Observations const observations = table.observations();
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {Interactions::pairwise});
  double const alpha = 0.004;
  GroupLassoFit const found = fit(table, features, alpha);
  std::vector<double> const phi = phi_of(found.parameters, observations.letters, 1);
  kernels::RowRange const train = table.split.train;
  std::vector<double> residuals;
  for (std::int64_t row = 0; row < train.size(); ++row) {
    residuals.push_back((table.responses[row] - phi[row]) / static_cast<double>(train.size()));
  }
  std::vector<double> pulls(features.parameters());
  features.multiply_transposed(train, {residuals.data(), train.size(), 1, 1},
                               {pulls.data(), features.parameters(), 1, 1});
  for (std::int64_t i = 0; i < features.layout().features(); ++i) EXPECT_NEAR(pulls[i], 0.0, 1e-7);
  EXPECT_GT(found.chosen, 2);
  for (std::size_t i = 0; i < found.strength.size(); ++i) {
    double norm = 0;
    for (int k = 0; k < 9; ++k) norm += std::pow(pulls[features.layout().blocks()[i].start + k], 2);
    EXPECT_LE(std::sqrt(norm), 3 * alpha + 1e-7);
    if (found.strength[i] > 0) {
      EXPECT_NEAR(std::sqrt(norm), 3 * alpha, 1e-7);
    }
  }
}

TEST(GroupLasso, RecodedLettersGiveTheSamePhi) {
  Letters const table = planted();
  Letters recoded = table;
  for (std::size_t i = 0; i < recoded.letters.size(); ++i) {
    recoded.letters[i] = static_cast<std::uint8_t>((recoded.letters[i] + i % 10 + 1) % 4);
  }
  std::vector<std::vector<double>> phis;
  for (Letters const* const each : {&table, static_cast<Letters const*>(&recoded)}) {
    Observations const observations = each->observations();
    auto const backend = device::Backend::cpu(1);
    FeatureOperator const features(*backend, observations, {Interactions::pairwise});
    phis.push_back(phi_of(fit(*each, features, 0.01).parameters, observations.letters, 1));
  }
  for (std::size_t row = 0; row < phis[0].size(); ++row) ASSERT_NEAR(phis[0][row], phis[1][row], 1e-6);
}

TEST(GroupLasso, RefusesNoPenalty) {
  Letters const table = test::drawn_letters({});
  Observations const observations = table.observations();
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {Interactions::pairwise});
  EXPECT_THROW((void)fit(table, features, 0.0), Error);
}

}  // namespace
}  // namespace shoal::surrogate
