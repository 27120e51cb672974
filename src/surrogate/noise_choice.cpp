// SPDX-License-Identifier: MIT
#include "surrogate/noise_choice.hpp"

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

}  // namespace

NoiseFit choose_noise(int highest_order, std::span<double const> predictions, std::span<double const> responses,
                      std::span<double const> weights) {
  auto const some_predictions = thinned(predictions);
  auto const some_responses = thinned(responses);
  auto const some_weights = thinned(weights);
  std::optional<NoiseFit> best;
  double least = 0;
  int order_of_others = 0;
  for (NoiseKind const kind : {NoiseKind::gaussian, NoiseKind::cauchy, NoiseKind::skewed_t}) {
    double before = std::numeric_limits<double>::infinity();
    for (int order = 0; order <= highest_order; ++order) {
      NoiseFit fit = fit_noise(kind, order, some_predictions, some_responses, some_weights, {});
      if (fit.order < order) break;
      double const now = criterion(fit, some_predictions.size());
      // A higher order of the dearest kind only where a lower one was worth its coefficients, or another kind's was.
      if (kind == NoiseKind::skewed_t && !(now < before) && order >= order_of_others) break;
      before = now;
      if (best && !(now < least)) continue;
      least = now;
      best = std::move(fit);
      if (kind != NoiseKind::skewed_t) order_of_others = order;
    }
  }
  if (predictions.size() == some_predictions.size()) return std::move(*best);
  return fit_noise(best->model.kind, best->order, predictions, responses, weights, {});
}

}  // namespace shoal::surrogate
