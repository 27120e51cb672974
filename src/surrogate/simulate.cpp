// SPDX-License-Identifier: MIT
#include "surrogate/simulate.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "surrogate/row_draws.hpp"

namespace shoal::surrogate {

namespace {

// Means and squared deviations of vectors that come one after another (Welford 1962).
class RunningDeviation {
 public:
  void add(std::vector<double> const& values) {
    mean_.resize(values.size(), 0.0);
    squares_.resize(values.size(), 0.0);
    ++count_;
    for (std::size_t i = 0; i < values.size(); ++i) {
      double const before = values[i] - mean_[i];
      mean_[i] += before / count_;
      squares_[i] += before * (values[i] - mean_[i]);
    }
  }
  std::vector<double> deviation() const {
    std::vector<double> result;
    for (double const square : squares_) result.push_back(std::sqrt(square / (count_ - 1)));
    return result;
  }

 private:
  double count_ = 0;
  std::vector<double> mean_;
  std::vector<double> squares_;
};

}  // namespace

std::vector<double> simulated_measurements(SurrogateFit const& fit, SurrogatePredictions const& predictions,
                                           std::span<double const> standard_errors, std::uint64_t seed,
                                           std::uint32_t draw) {
  std::vector<double> measurements;
  measurements.reserve(predictions.response.size());
  for (std::size_t row = 0; row < predictions.response.size(); ++row) {
    double const probability = row_uniform(seed, RowPurpose::simulate, static_cast<std::int64_t>(row), draw);
    double const error = standard_errors.empty() ? 0.0 : standard_errors[row];
    measurements.push_back(fit.noise.quantile(probability, predictions.response[row], error));
  }
  return measurements;
}

Bootstrap bootstrap(device::Backend const& backend, Observations const& observations, SurrogateFit const& fit,
                    SurrogateOptions const& options, int count, std::uint64_t seed) {
  if (count < 2) fail(ErrorCode::config, "a bootstrap needs two sets of simulated measurements at least");
  SurrogateOptions again = options;
  again.lambdas = {fit.lambda};
  again.information = false;
  if (options.noise == NoiseKind::automatic && fit.noise_rounds == 0 &&
      !(options.measured && fit.noise.kind == NoiseKind::cauchy)) {
    // Latent effects and curve were fitted by least squares, whatever the noise about them.
    again.noise = NoiseKind::gaussian;
    again.noise_order = 0;
  } else if (options.noise == NoiseKind::automatic && !fit.noise.log_scale.empty()) {
    again.noise = fit.noise.kind;
    again.noise_order = fit.noise.order;
    again.noise_rounds = fit.noise_rounds;
  }
  SurrogatePredictions const predictions = predict(fit, observations.letters, 1);
  RunningDeviation additive;
  RunningDeviation pairs;
  Bootstrap result;
  for (int set = 0; set < count; ++set) {
    auto const y = simulated_measurements(fit, predictions, observations.standard_errors, seed,
                                          static_cast<std::uint32_t>(set) + 1);
    ProgressPart const part([&] { return fmt::format("bootstrap {} of {}", set + 1, count); });
    progress_step([&] { return fmt::format("{} done", set); });
    Observations simulated = observations;
    simulated.responses = {y.data(), observations.rows(), 1, 1};
    auto const refit =
        std::move(fit_surrogates(backend, simulated, {parse_surrogate(fit.name)}, again).front().front());
    additive.add(refit.parameters.additive);
    pairs.add(refit.parameters.pair_effects);
    result.r2.push_back(refit.test.r2);
  }
  result.additive_deviation = additive.deviation();
  result.pair_deviation = pairs.deviation();
  return result;
}

}  // namespace shoal::surrogate
