// SPDX-License-Identifier: MIT
#include "surrogate/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "support/data.hpp"
#include "surrogate/row_draws.hpp"

namespace shoal::surrogate {
namespace {

// What tests/data/surrogate/surrogate_metrics.py wrote.
struct Golden {
  std::map<std::string, double> values;
  std::vector<double> observed, predicted, latent, smooth;
};

Golden read_golden() {
  Golden golden;
  std::ifstream file(test::data("surrogate/surrogate_metrics.txt"));
  std::string kind;
  while (file >> kind) {
    if (kind == "value") {
      std::string name;
      file >> name;
      file >> golden.values[name];
    } else {
      for (auto* column : {&golden.observed, &golden.predicted, &golden.latent, &golden.smooth}) {
        file >> column->emplace_back();
      }
    }
  }
  return golden;
}

Column column(std::vector<double> const& values) {
  return {values.data(), static_cast<std::int64_t>(values.size())};
}

double normal_pair(std::uint64_t seed, std::int64_t row, std::uint32_t draw) {
  double const radius = std::sqrt(-2.0 * std::log(row_uniform(seed, RowPurpose::simulate, row, 2 * draw)));
  return radius * std::cos(2.0 * std::numbers::pi * row_uniform(seed, RowPurpose::simulate, row, 2 * draw + 1));
}

TEST(Metrics, AgreeWithScipyAndScikitLearn) {
  Golden const golden = read_golden();
  ASSERT_EQ(golden.observed.size(), 300u);
  FitMetrics const metrics = measure({golden.observed, golden.predicted, golden.latent, {}}, false, 0);
  EXPECT_EQ(metrics.rows, 300);
  EXPECT_NEAR(metrics.r2, golden.values.at("r2"), 1e-13);
  EXPECT_NEAR(metrics.pearson2, golden.values.at("pearson2"), 1e-13);
  EXPECT_NEAR(metrics.spearman, golden.values.at("spearman"), 1e-13);
  EXPECT_TRUE(std::isnan(metrics.negative_log_likelihood));
  EXPECT_TRUE(std::isnan(metrics.predictive_information.value));
}

TEST(Metrics, EntropyAndInformationAgreeWithScikitLearn) {
  Golden const golden = read_golden();
  EXPECT_NEAR(entropy_bits(golden.smooth, 7), golden.values.at("entropy_bits"), 1e-12);
  EXPECT_NEAR(mutual_information_bits(golden.latent, golden.smooth, 5), golden.values.at("information_bits"), 1e-12);
  EXPECT_NEAR(mutual_information_bits(golden.predicted, golden.smooth, 3), golden.values.at("information_bits_3"),
              1e-12);
}

TEST(Metrics, RanksShareTies) {
  EXPECT_EQ(ranks(column({3.0, 1.0, 3.0, 2.0})), (std::vector<double>{3.5, 1.0, 3.5, 2.0}));
  EXPECT_DOUBLE_EQ(spearman(column({1, 2, 3}), column({10, 20, 15})), 0.5);
  EXPECT_TRUE(std::isnan(spearman(column({1, 1, 1}), column({1, 2, 3}))));
}

// y = phi + noise, both normal: H[y] and I[phi; y] are known, and the exact likelihood's I_var equals I.
TEST(Metrics, KnowsTheInformationOfAGaussianChannel) {
  constexpr std::int64_t rows = 4000;
  double const noise = 0.5;
  std::vector<double> phi, y, likelihood;
  for (std::int64_t row = 0; row < rows; ++row) {
    phi.push_back(normal_pair(5, row, 0));
    double const error = normal_pair(5, row, 1);
    y.push_back(phi.back() + noise * error);
    likelihood.push_back(0.5 * error * error + std::log(noise) + 0.5 * std::log(2.0 * std::numbers::pi));
  }
  double const truth = 0.5 * std::log2(1.0 + 1.0 / (noise * noise));
  FitMetrics const metrics = measure({y, phi, phi, likelihood}, true, 1);
  EXPECT_NEAR(metrics.predictive_information.value, truth, 0.06);
  EXPECT_NEAR(metrics.variational_information.value, truth, 0.06);
  EXPECT_NEAR(metrics.predictive_information.value, truth, 5 * metrics.predictive_information.uncertainty);
  EXPECT_NEAR(metrics.variational_information.value, truth, 5 * metrics.variational_information.uncertainty);
  EXPECT_LT(metrics.predictive_information.uncertainty, 0.05);

  // Units do not matter, and neither does running it again.
  std::vector<double> scaled;
  for (double const value : y) scaled.push_back(1000.0 * value);
  EXPECT_NEAR(estimated_information(phi, scaled, 1).value, metrics.predictive_information.value, 1e-9);
  EXPECT_NEAR(estimated_entropy(scaled, 1).value - estimated_entropy(y, 1).value, std::log2(1000.0), 1e-9);
  EXPECT_EQ(estimated_information(phi, y, 1).value, metrics.predictive_information.value);
  EXPECT_NE(estimated_information(phi, y, 2).value, metrics.predictive_information.value);
}

TEST(Metrics, HasNoInformationOfFewOrConstantRows) {
  std::vector<double> const few(49, 1.0);
  EXPECT_TRUE(std::isnan(estimated_entropy(few, 0).value));
  std::vector<double> constant(100, 2.0), varied;
  for (int row = 0; row < 100; ++row) varied.push_back(row);
  EXPECT_TRUE(std::isnan(estimated_information(constant, varied, 0).value));
  EXPECT_TRUE(std::isnan(estimated_entropy(constant, 0).value));
  // Many ties are not infinite.
  std::vector<double> ties;
  for (int row = 0; row < 100; ++row) ties.push_back(row % 2);
  EXPECT_TRUE(std::isfinite(estimated_entropy(ties, 0).value));
  EXPECT_TRUE(std::isfinite(estimated_information(ties, varied, 0).value));
}

TEST(RowDraws, ArePermutationsAndNumbersOfTheSeed) {
  auto const order = shuffled_rows(1000, 3, RowPurpose::split);
  std::vector<bool> seen(1000, false);
  for (auto const row : order) seen[static_cast<std::size_t>(row)] = true;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 1000);
  EXPECT_EQ(order, shuffled_rows(1000, 3, RowPurpose::split));
  EXPECT_NE(order, shuffled_rows(1000, 4, RowPurpose::split));
  EXPECT_NE(order, shuffled_rows(1000, 3, RowPurpose::bootstrap));
  double sum = 0;
  for (std::int64_t row = 0; row < 10000; ++row) sum += row_uniform(9, RowPurpose::jitter, row);
  EXPECT_NEAR(sum / 10000, 0.5, 0.015);
}

}  // namespace
}  // namespace shoal::surrogate
