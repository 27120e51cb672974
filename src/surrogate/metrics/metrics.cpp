// SPDX-License-Identifier: MIT
#include "surrogate/metrics/metrics.hpp"

#include <cmath>
#include <numbers>

#include "base/correlation.hpp"
#include "base/not_a_number.hpp"

namespace shoal::surrogate {

namespace {

constexpr Estimate no_estimate = {not_a_number, not_a_number};

Column column(std::span<double const> values) {
  return {values.data(), static_cast<std::int64_t>(values.size())};
}

// I_var and its standard error, sqrt(dH² + var(negative log likelihood) / rows).
Estimate variational_information(Predictions const& rows, double mean_likelihood, std::uint64_t seed) {
  Estimate const entropy = estimated_entropy(rows.observed, seed);
  auto const count = static_cast<double>(rows.log_likelihood.size());
  double sum = 0;
  for (double const value : rows.log_likelihood) sum += (value - mean_likelihood) * (value - mean_likelihood);
  double const bits = std::numbers::log2e;
  return {entropy.value - bits * mean_likelihood,
          std::sqrt(entropy.uncertainty * entropy.uncertainty + bits * bits * sum / count / count)};
}

}  // namespace

std::vector<double> ranks(Column values) {
  std::vector<double> numbers(static_cast<std::size_t>(values.count));
  for (std::int64_t row = 0; row < values.count; ++row) numbers[static_cast<std::size_t>(row)] = values[row];
  return ranks_from_lowest(numbers);
}

double spearman(Column observed, Column predicted) {
  std::vector<double> const a = ranks(observed);
  std::vector<double> const b = ranks(predicted);
  double const middle = 0.5 * static_cast<double>(observed.count + 1);
  double together = 0;
  double first = 0;
  double second = 0;
  for (std::size_t row = 0; row < a.size(); ++row) {
    together += (a[row] - middle) * (b[row] - middle);
    first += (a[row] - middle) * (a[row] - middle);
    second += (b[row] - middle) * (b[row] - middle);
  }
  return first > 0 && second > 0 ? together / std::sqrt(first) / std::sqrt(second) : not_a_number;
}

FitMetrics measure(Predictions const& rows, bool with_information, std::uint64_t seed) {
  FitMetrics metrics;
  metrics.rows = static_cast<std::int64_t>(rows.observed.size());
  metrics.r2 = r_squared(column(rows.observed), column(rows.predicted));
  metrics.pearson2 = pearson_squared(column(rows.observed), column(rows.predicted));
  metrics.spearman = spearman(column(rows.observed), column(rows.predicted));
  metrics.negative_log_likelihood = rows.log_likelihood.empty() ? not_a_number : mean(column(rows.log_likelihood));
  metrics.variational_information = no_estimate;
  metrics.predictive_information = no_estimate;
  if (!with_information) return metrics;
  if (!rows.log_likelihood.empty()) {
    metrics.variational_information = variational_information(rows, metrics.negative_log_likelihood, seed);
  }
  metrics.predictive_information = estimated_information(rows.latent, rows.observed, seed);
  return metrics;
}

}  // namespace shoal::surrogate
