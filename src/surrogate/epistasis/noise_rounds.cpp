// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/noise_rounds.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/progress.hpp"
#include "surrogate/data/library_checks.hpp"
#include "surrogate/noise/linear_noise.hpp"

namespace shoal::surrogate {

namespace {

bool all_alike(std::span<double const> weights) {
  constexpr double rounding = 1e-9;
  auto const [least, most] = std::minmax_element(weights.begin(), weights.end());
  return *most - *least <= rounding * *most;
}

// The middle value of an odd number of values, the upper of both middle values of an even number.
double upper_median(std::vector<double> values) {
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Weights of all rows: for the rows that were fitted, those times the weights of the noise; the others keep theirs.
std::vector<double> combined(Observations const& observations, std::vector<double> const& of_noise) {
  std::vector<double> weights(observations.weights.begin(), observations.weights.end());
  weights.resize(static_cast<std::size_t>(observations.rows()), 1.0);
  for (std::size_t row = 0; row < of_noise.size(); ++row) weights[row] *= of_noise[row];
  return weights;
}

}  // namespace

std::vector<double> noise_weights(NoiseModel const& noise, std::span<double const> responses,
                                  std::span<double const> predictions) {
  // Weights are positive: a row must not leave the fit for good.
  constexpr double least = 1e-6;
  std::vector<double> weights;
  double sum = 0;
  for (std::size_t row = 0; row < responses.size(); ++row) {
    weights.push_back(std::max(noise.precision(responses[row], predictions[row]), 0.0));
    sum += weights.back();
  }
  double const mean = sum / static_cast<double>(weights.size());
  for (double& weight : weights) weight = mean > 0 ? std::max(weight / mean, least) : 1.0;
  return weights;
}

std::vector<double> outlier_weights(Observations const& observations, std::int64_t task) {
  constexpr double normal_deviation = 1.4826;  // standard deviation of a normal law, in MAD
  constexpr double half_weight = 3;            // in normal deviations: where the factor is 1/2
  auto weights = response_column(observations, task, {0, fitted_rows(observations)});
  double const median = upper_median(weights);
  for (double& distance : weights) distance = std::abs(distance - median);
  double const width = half_weight * normal_deviation * upper_median(weights);
  double sum = 0;
  for (double& weight : weights) {
    double const distance = width > 0 ? weight / width : 0.0;
    weight = 1 / (1 + distance * distance);
    sum += weight;
  }
  double const mean = sum / static_cast<double>(weights.size());
  for (double& weight : weights) weight /= mean;
  return combined(observations, weights);
}

GlobalEpistasisFit reweighted_by_noise(GlobalEpistasisFit first, Observations const& observations, std::int64_t task,
                                       GlobalEpistasisOptions const& options, int rounds, EpistasisFitter const& refit,
                                       RoundLimits const& limits) {
  GlobalEpistasisFit best = std::move(first);
  double const least_correlation = best.judged_correlation - limits.most_lost;
  auto letters = observations.letters;
  letters.rows = fitted_rows(observations);
  auto const responses = response_column(observations, task, {0, letters.rows});
  for (int round = 0; round < rounds; ++round) {
    if (best.noise.kind == NoiseKind::known || best.noise.log_scale.empty()) break;
    std::vector<double> predictions = phi_of(best.parameters, letters, 1);
    for (double& value : predictions) value = best.curve(value);
    auto const of_noise = noise_weights(best.noise, responses, predictions);
    if (all_alike(of_noise)) break;
    auto const weights = combined(observations, of_noise);
    Observations weighted = observations;
    weighted.weights = weights;
    GlobalEpistasisOptions again = options;
    // Weights change what a lambda does, those of the first round most.
    bool const searches = round == 0;
    if (!searches) again.linear.lambdas = {best.lambda};
    ProgressPart const part([&] { return fmt::format("round {} of {} of noise", round + 1, rounds); });
    GlobalEpistasisFit next = refit(weighted, again);
    if (!(next.noise_likelihood < best.noise_likelihood) || next.judged_correlation < least_correlation) break;
    bool const goes_on = next.noise_likelihood < best.noise_likelihood - limits.least_gain;
    if (!searches || next.lambda_scores.empty()) next.lambda_scores = best.lambda_scores;
    next.iterations += best.iterations;
    next.noise_rounds = round + 1;
    best = std::move(next);
    if (!goes_on) break;
  }
  return best;
}

GlobalEpistasisFit reweighted_by_chosen_noise(GlobalEpistasisFit first, Observations const& observations,
                                              std::int64_t task, GlobalEpistasisOptions const& options,
                                              EpistasisFitter const& refit, EpistasisFitter const& refit_again) {
  int const least_rounds = options.measured ? 3 : 0;
  RoundLimits limits{.least_gain = 0.005, .most_lost = 0.001};
  if (first.noise.log_scale.empty() || (first.noise.kind == NoiseKind::gaussian && first.noise.order == 0)) {
    return first;
  }
  if (options.measured && !std::isfinite(first.noise.standard_deviation(first.noise.centre))) {
    // A mean square has no meaning if there is no variance, and neither have the lambda that it chose and a
    // correlation.
    limits.most_lost = std::numeric_limits<double>::infinity();
    auto const weights = outlier_weights(observations, task);
    Observations robust = observations;
    robust.weights = weights;
    GlobalEpistasisOptions once = options;
    std::sort(once.linear.lambdas.begin(), once.linear.lambdas.end());
    once.linear.lambdas = {once.linear.lambdas[(once.linear.lambdas.size() - 1) / 2]};
    GlobalEpistasisFit second = refit(robust, once);
    if (second.noise_likelihood < first.noise_likelihood) {
      second.iterations += first.iterations;
      second.lambda_scores = std::move(first.lambda_scores);
      first = std::move(second);
    }
  }
  GlobalEpistasisOptions again = options;
  again.noise = first.noise.kind;
  again.noise_order = first.noise.order;
  int const rounds = std::max(options.noise_rounds, least_rounds);
  return reweighted_by_noise(std::move(first), observations, task, again, rounds, refit_again, limits);
}

}  // namespace shoal::surrogate
