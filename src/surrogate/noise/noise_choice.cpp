// SPDX-License-Identifier: MIT
#include "surrogate/noise/noise_choice.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace shoal::surrogate {

namespace {

constexpr std::size_t rows_compared = 4000;

// At most `rows_compared` of the values, at equal steps.
std::vector<double> thinned(std::span<double const> values) {
  if (values.size() <= rows_compared) return {values.begin(), values.end()};
  std::vector<double> some;
  for (std::size_t row = 0; row < rows_compared; ++row) some.push_back(values[row * values.size() / rows_compared]);
  return some;
}

double criterion(NoiseFit const& fit, std::size_t rows) {
  bool const shaped = fit.model.kind == NoiseKind::skewed_t;
  double const coefficients = (shaped ? 3 : 1) * (fit.order + 1) + (shaped ? 1 : 0);
  double const count = static_cast<double>(rows);
  return count * fit.negative_log_likelihood + 0.5 * coefficients * std::log(count);
}

// The law with the smallest criterion so far.
struct Choice {
  std::optional<NoiseFit> best;
  double least = std::numeric_limits<double>::infinity();

  bool take(NoiseFit fit, double now) {
    if (best && !(now < least)) return false;
    least = now;
    best = std::move(fit);
    return true;
  }
};

// Sum over rows of weight * value(row) / sum of weights.
double weighted_mean(std::span<double const> weights, std::size_t rows, auto const& value) {
  double sum = 0;
  double total = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    double const weight = weights.empty() ? 1.0 : weights[row];
    sum += weight * value(row);
    total += weight;
  }
  return sum / total;
}

}  // namespace

bool looks_normal(NoiseModel const& noise, std::span<double const> predictions, std::span<double const> responses,
                  std::span<double const> weights) {
  std::size_t const rows = predictions.size();
  std::vector<double> standardised;
  for (std::size_t row = 0; row < rows; ++row) {
    double const distance = responses[row] - predictions[row];
    standardised.push_back(distance / noise.standard_deviation(predictions[row]));
  }
  double const mean = weighted_mean(weights, rows, [&](std::size_t row) { return standardised[row]; });
  auto const moment = [&](int power) {
    return weighted_mean(weights, rows, [&](std::size_t row) { return std::pow(standardised[row] - mean, power); });
  };
  double const variance = moment(2);
  // Residuals that vanish do not tell one law from another.
  if (!(variance > 0)) return true;
  double const skewness = moment(3) / std::pow(variance, 1.5);
  double const excess = moment(4) / (variance * variance) - 3;
  double const count = static_cast<double>(rows);
  return count * (skewness * skewness / 6 + excess * excess / 24) <= 2 * std::log(count);
}

NoiseFit choose_noise(int highest_order, std::span<double const> predictions, std::span<double const> responses,
                      std::span<double const> weights) {
  auto const some_predictions = thinned(predictions);
  auto const some_responses = thinned(responses);
  auto const some_weights = thinned(weights);
  Choice choice;
  int order_of_others = 0;
  for (NoiseKind const kind : {NoiseKind::gaussian, NoiseKind::cauchy, NoiseKind::skewed_t}) {
    if (kind == NoiseKind::cauchy && looks_normal(choice.best->model, some_predictions, some_responses, some_weights)) {
      break;
    }
    double before = std::numeric_limits<double>::infinity();
    for (int order = 0; order <= highest_order; ++order) {
      NoiseFit fit = fit_noise(kind, order, some_predictions, some_responses, some_weights, {});
      if (fit.order < order) break;
      double const now = criterion(fit, some_predictions.size());
      // Tries a higher order of the most expensive kind only if a lower one, or another kind's, was worth its
      // coefficients.
      if (kind == NoiseKind::skewed_t && !(now < before) && order >= order_of_others) break;
      before = now;
      if (choice.take(std::move(fit), now) && kind != NoiseKind::skewed_t) order_of_others = order;
    }
  }
  if (predictions.size() == some_predictions.size()) return std::move(*choice.best);
  return fit_noise(choice.best->model.kind, choice.best->order, predictions, responses, weights, {});
}

}  // namespace shoal::surrogate
