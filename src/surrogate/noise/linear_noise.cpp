// SPDX-License-Identifier: MIT
#include "surrogate/noise/linear_noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "surrogate/metrics/fit_metrics.hpp"

namespace shoal::surrogate {

namespace {

double mean_square(std::span<double const> observed, std::span<double const> predicted) {
  double sum = 0;
  for (std::size_t row = 0; row < observed.size(); ++row) {
    sum += (observed[row] - predicted[row]) * (observed[row] - predicted[row]);
  }
  return sum / static_cast<double>(observed.size());
}

}  // namespace

std::vector<double> response_column(Observations const& observations, std::int64_t task, kernels::RowRange rows) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(rows.size()));
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    values.push_back(observations.responses.data[row * observations.responses.stride + task]);
  }
  return values;
}

NoiseModel linear_noise(Observations const& observations, std::int64_t task, std::span<double const> scores,
                        std::span<double const> predicted) {
  double best = -std::numeric_limits<double>::infinity();
  for (double const score : scores) best = std::isfinite(score) ? std::max(best, score) : best;
  double variance = 0;
  if (std::isfinite(best)) {
    auto const held_out = response_column(observations, task, observations.split.validation);
    std::vector<double> const centre(held_out.size(),
                                     mean({held_out.data(), static_cast<std::int64_t>(held_out.size())}));
    variance = (1.0 - best) * mean_square(held_out, centre);
  } else {
    auto const rows = static_cast<std::int64_t>(predicted.size());
    variance = mean_square(response_column(observations, task, {0, rows}), predicted);
  }
  NoiseModel noise;
  // The scale of residuals that vanish: what rounding leaves of predictions, so that likelihoods stay finite.
  double largest = 1e-140;
  for (double const value : predicted) largest = std::max(largest, std::abs(value));
  double const least = 1e-9 * largest;
  noise.log_scale = {0.5 * std::log(std::max(variance, least * least))};
  return noise;
}

}  // namespace shoal::surrogate
