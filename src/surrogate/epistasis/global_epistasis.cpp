// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/global_epistasis.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/not_a_number.hpp"
#include "surrogate/epistasis/epistasis_errors.hpp"
#include "surrogate/epistasis/epistasis_search.hpp"
#include "surrogate/epistasis/noise_rounds.hpp"
#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/noise/noise_choice.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// Where g' is below this share of its largest value, the curve counts as flat.
constexpr double flat_share = 0.05;
constexpr int least_cauchy_rounds = 3;
constexpr std::string_view linear_kept = "linear kept: a curve predicts held-out rows no better";

void check(GlobalEpistasisOptions const& options) {
  if (options.linear.lambdas.empty()) fail(ErrorCode::config, "global epistasis needs at least one lambda");
  for (double const lambda : options.linear.lambdas) {
    if (!(lambda >= 0)) fail(ErrorCode::config, "a lambda of a surrogate is a number of at least 0");
  }
  if (options.curve == CurveKind::sigmoids && options.sigmoids < 1) {
    fail(ErrorCode::config, "a curve of sigmoids has at least one");
  }
  if (options.noise_order < 0 || options.noise_order > 3) fail(ErrorCode::config, "a noise order is 0, 1, 2 or 3");
  if (options.starts < 1 || options.maximum_iterations < 1) {
    fail(ErrorCode::config, "global epistasis needs at least one start and one iteration");
  }
}

void note(GlobalEpistasisFit& fit, std::string_view text) {
  if (!fit.diagnostic.empty()) fit.diagnostic += "; ";
  fit.diagnostic += text;
}

// The curve and the parameters of `latent`, phi standardised over `rows`, in units of y. False if phi is constant.
bool assemble(LatentData const& data, kernels::RowRange rows, CurveShape const& shape, LatentFit const& latent,
              Penalty penalty, GlobalEpistasisFit& fit) {
  Vector const phi = data.phi(rows, latent.coefficients);
  double const count = static_cast<double>(phi.size());
  double mean = 0;
  for (double const value : phi) mean += value;
  mean /= count;
  double squares = 0;
  for (double const value : phi) squares += (value - mean) * (value - mean);
  double const spread = std::sqrt(squares / count);
  if (!(spread > 1e-12)) return false;
  Vector coefficients = latent.coefficients;
  for (double& coefficient : coefficients) coefficient /= spread;
  auto const size = static_cast<std::int64_t>(coefficients.size());
  fit.parameters = data.features().parameters_of(-mean / spread, {coefficients.data(), size, 1, 1}, 0, penalty);
  fit.curve = in_units(standardised(shape.curve(latent.curve), mean, spread), data.centre(), data.scale());
  Vector slopes;
  for (double const value : phi) slopes.push_back(fit.curve.derivative((value - mean) / spread));
  double const steepest = *std::max_element(slopes.begin(), slopes.end());
  auto const flat =
      std::count_if(slopes.begin(), slopes.end(), [&](double slope) { return slope < flat_share * steepest; });
  fit.flat_fraction = static_cast<double>(flat) / count;
  return true;
}

// phi = 0 and the mean of y, for responses or sequences that do not vary.
void assemble_constant(LatentData const& data, GlobalEpistasisFit& fit) {
  Vector const zeros(static_cast<std::size_t>(data.features().parameters()), 0.0);
  fit.parameters =
      data.features().parameters_of(0, {zeros.data(), static_cast<std::int64_t>(zeros.size()), 1, 1}, 0, {});
  fit.curve = {};
  fit.curve.offset = data.centre();
  fit.curve.slope = 0;
  fit.converged = true;
}

// Errors, if they are wanted, of a phi that is 0 for any measurements.
std::optional<ParameterErrors> no_errors(GlobalEpistasisOptions const& options, GlobalEpistasisFit const& fit) {
  if (options.linear.error_gauge.empty()) return std::nullopt;
  return ParameterErrors{0, Vector(fit.parameters.additive.size(), 0.0),
                         Vector(fit.parameters.pair_effects.size(), 0.0), 0};
}

// Noise about predictions of rows outside the fit, in units of y.
void add_noise(LatentData const& data, Observations const& observations, Vector residuals,
               GlobalEpistasisOptions const& options, GlobalEpistasisFit& fit) {
  LatentRows const& judges = data.judges();
  Vector responses = judges.responses;
  Vector predictions(responses.size());
  for (std::size_t i = 0; i < responses.size(); ++i) {
    predictions[i] = data.centre() + data.scale() * (responses[i] - residuals[i]);
    responses[i] = data.centre() + data.scale() * responses[i];
  }
  auto const rows = static_cast<std::int64_t>(responses.size());
  fit.judged_correlation = pearson_squared({responses.data(), rows}, {predictions.data(), rows});
  std::span<double const> errors;
  if (options.noise == NoiseKind::known) {
    errors = observations.standard_errors.subspan(static_cast<std::size_t>(judges.range.begin), responses.size());
  }
  std::span<double const> weights;
  if (!observations.weights.empty()) {
    weights = observations.weights.subspan(static_cast<std::size_t>(judges.range.begin), responses.size());
  }
  bool const chosen = options.noise == NoiseKind::automatic;
  NoiseFit noise = chosen ? choose_noise(options.noise_order, predictions, responses, weights)
                          : fit_noise(options.noise, options.noise_order, predictions, responses, weights, errors);
  fit.noise_likelihood = noise.negative_log_likelihood;
  fit.noise = std::move(noise.model);
  if (!noise.converged) note(fit, "noise not converged");
  if (!chosen && options.noise != NoiseKind::known && noise.order < options.noise_order) {
    note(fit, "noise order lowered: few validation rows");
  }
}

// The linear fit of a library that says nothing about interactions, on additive features alone; the pairs of `features`
// get effects of zero.
GlobalEpistasisFit fit_forced_linear(FeatureOperator const& features, Observations const& observations,
                                     std::int64_t task, GlobalEpistasisOptions options) {
  FeatureOperator const additive(features.backend(), observations, FeatureOptions{});
  options.curve = CurveKind::identity;
  GlobalEpistasisFit fit = fit_global_epistasis(additive, observations, task, options);
  Vector const zeros(static_cast<std::size_t>(features.parameters()), 0.0);
  Parameters full = features.parameters_of(0, {zeros.data(), features.parameters(), 1, 1}, 0, {});
  fit.parameters.pairs = std::move(full.pairs);
  fit.parameters.pair_effects = std::move(full.pair_effects);
  if (fit.errors) fit.errors->pair_effects.assign(fit.parameters.pair_effects.size(), 0.0);
  note(fit, "linear and additive forced: the training rows are single mutants");
  return fit;
}

// The best line or curve of all lambdas and starts; fills lambda_scores.
Candidate searched(EpistasisSearch const& search, GlobalEpistasisOptions const& options, GlobalEpistasisFit& fit) {
  std::vector<Candidate> const linear_path = search.linear_path();
  auto const listed = std::span(linear_path).first(options.linear.lambdas.size());
  Candidate chosen = EpistasisSearch::best(listed);
  for (Candidate const& candidate : listed) {
    bool const tried = !candidate.fits.empty();
    fit.lambda_scores.push_back(tried ? candidate.score : not_a_number);
  }
  if (options.curve == CurveKind::identity) return chosen;
  std::vector<Candidate> const curved = search.curved_path(linear_path);
  Candidate const& preferred = search.preferred(EpistasisSearch::best(linear_path), curved);
  if (preferred.shape.kind == CurveKind::identity) {
    // At a lambda of the list, as ridge regression chooses it.
    note(fit, linear_kept);
    return chosen;
  }
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (listed[i].lambda == preferred.lambda) fit.lambda_scores[i] = preferred.score;
  }
  return preferred;
}

// Fits of one task that differ in weights and noise.
class EpistasisRun {
 public:
  // All arguments are kept by reference.
  EpistasisRun(FeatureOperator const& features, Observations const& observations, std::int64_t task,
               GlobalEpistasisOptions const& options)
      : features_(features), observations_(observations), task_(task), options_(options) {}

  // Latent effects and curve by the weights of `fitted`, noise of the measurements as the observations weigh them.
  GlobalEpistasisFit fit(Observations const& fitted, GlobalEpistasisOptions const& options);
  // The same, starting from the last fit: instead of the options' lambdas it tries lambdas of the list near the last
  // one.
  GlobalEpistasisFit fit_again(Observations const& fitted, GlobalEpistasisOptions options);

 private:
  GlobalEpistasisFit fit_from(std::optional<EpistasisStart> const& start, Observations const& fitted,
                              GlobalEpistasisOptions const& options);

  FeatureOperator const& features_;
  Observations const& observations_;
  std::int64_t task_;
  GlobalEpistasisOptions const& options_;
  std::optional<EpistasisStart> last_;
};

GlobalEpistasisFit EpistasisRun::fit(Observations const& fitted, GlobalEpistasisOptions const& options) {
  return fit_from(std::nullopt, fitted, options);
}

GlobalEpistasisFit EpistasisRun::fit_again(Observations const& fitted, GlobalEpistasisOptions options) {
  options.linear = options_.linear;
  return fit_from(last_, fitted, options);
}

GlobalEpistasisFit EpistasisRun::fit_from(std::optional<EpistasisStart> const& start, Observations const& fitted,
                                          GlobalEpistasisOptions const& options) {
  LatentData const data(features_, fitted, task_, options.noise == NoiseKind::known,
                        start ? std::optional(start->units) : std::nullopt);
  GlobalEpistasisFit fit;
  fit.lambda = options.linear.lambdas.front();
  if (data.scale() == 0 || features_.parameters() == 0) {
    assemble_constant(data, fit);
    note(fit, data.scale() == 0 ? "constant response: nothing to explain" : "the training sequences do not vary");
    add_noise(data, observations_, data.judges().responses, options, fit);
    fit.errors = no_errors(options, fit);
    return fit;
  }
  EpistasisSearch const search(data, options);
  Candidate chosen = start ? search.again(start->chosen) : searched(search, options, fit);
  if (start && options.curve != CurveKind::identity && chosen.shape.kind == CurveKind::identity) note(fit, linear_kept);
  fit.lambda = chosen.lambda;
  fit.start = chosen.start;
  Refit const refit = search.refitted(chosen);
  LatentFit const& latent = refit.fit;
  fit.iterations = chosen.fits.front().iterations + latent.iterations;
  fit.converged = chosen.converged() && latent.converged;
  if (!fit.converged) note(fit, "not converged: raise the iterations or lambda");
  LatentPenalty const penalty = search.penalty(chosen.lambda, chosen.curve_ridge);
  if (!assemble(data, observations_.split.train, chosen.shape, latent, penalty.coefficients, fit)) {
    assemble_constant(data, fit);
    note(fit, "no effect found: phi is constant");
    fit.errors = no_errors(options, fit);
  } else if (!options.linear.error_gauge.empty()) {
    fit.errors = epistasis_errors({*refit.rows, chosen.shape, penalty, latent}, fitted, observations_.split.train,
                                  options.linear.error_gauge);
    if (fit.errors) fit.errors->residual_sd *= data.scale();
  }
  add_noise(data, observations_, chosen.residuals, options, fit);
  last_ = EpistasisStart{std::move(chosen), data.units()};
  return fit;
}

GlobalEpistasisFit fit_in_rounds(Observations const& observations, std::int64_t task,
                                 GlobalEpistasisOptions const& options, EpistasisRun& run) {
  auto const refit = [&](Observations const& fitted, GlobalEpistasisOptions const& now) {
    return run.fit(fitted, now);
  };
  if (options.noise == NoiseKind::automatic) {
    auto const refit_again = [&](Observations const& fitted, GlobalEpistasisOptions const& now) {
      return run.fit_again(fitted, now);
    };
    return reweighted_by_chosen_noise(refit(observations, options), observations, task, options, refit, refit_again);
  }
  if (options.noise != NoiseKind::cauchy) {
    return reweighted_by_noise(refit(observations, options), observations, task, options, options.noise_rounds, refit);
  }
  // A mean square has no meaning among Cauchy outliers.
  auto const weights = outlier_weights(observations, task);
  Observations first = observations;
  first.weights = weights;
  int const rounds = std::max(options.noise_rounds, least_cauchy_rounds);
  return reweighted_by_noise(refit(first, options), observations, task, options, rounds, refit);
}

}  // namespace

GlobalEpistasisFit fit_global_epistasis(FeatureOperator const& features, Observations const& observations,
                                        std::int64_t task, GlobalEpistasisOptions const& options) {
  check(options);
  if (options.curve != CurveKind::identity && only_single_mutants(observations, observations.split.train)) {
    return fit_forced_linear(features, observations, task, options);
  }
  EpistasisRun run(features, observations, task, options);
  return fit_in_rounds(observations, task, options, run);
}

}  // namespace shoal::surrogate
