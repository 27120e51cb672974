// SPDX-License-Identifier: MIT
#include "surrogate/global_epistasis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "surrogate/epistasis_search.hpp"
#include "surrogate/noise_choice.hpp"
#include "surrogate/noise_rounds.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// g' below this share of its largest value counts as flat.
constexpr double flat_share = 0.05;
constexpr int least_cauchy_rounds = 3;

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

// The curve and the parameters of `latent`, phi standardised over `rows`, in units of y. False where phi is constant.
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

// The linear fit of a library that tells nothing of interactions, on additive features alone; the pairs of `features`
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
  note(fit, "linear and additive forced: the training rows are single mutants");
  return fit;
}

// One round: latent effects and curve by the weights of `fitted`, noise of the measurements as `observations` weigh
// them.
GlobalEpistasisFit fit_once(FeatureOperator const& features, Observations const& fitted,
                            Observations const& observations, std::int64_t task,
                            GlobalEpistasisOptions const& options) {
  if (options.curve != CurveKind::identity && only_single_mutants(observations, observations.split.train)) {
    return fit_forced_linear(features, observations, task, options);
  }
  LatentData const data(features, fitted, task, options.noise == NoiseKind::known);
  GlobalEpistasisFit fit;
  fit.lambda = options.linear.lambdas.front();
  if (data.scale() == 0 || features.parameters() == 0) {
    assemble_constant(data, fit);
    note(fit, data.scale() == 0 ? "constant response: nothing to explain" : "the training sequences do not vary");
    add_noise(data, observations, data.judges().responses, options, fit);
    return fit;
  }
  EpistasisSearch const search(data, options);
  std::vector<Candidate> const linear_path = search.linear_path();
  auto const listed = std::span(linear_path).first(options.linear.lambdas.size());
  Candidate chosen = EpistasisSearch::best(listed);
  for (Candidate const& candidate : listed) {
    bool const tried = !candidate.fits.empty();
    fit.lambda_scores.push_back(tried ? candidate.score : std::numeric_limits<double>::quiet_NaN());
  }
  if (options.curve != CurveKind::identity) {
    std::vector<Candidate> const curved = search.curved_path(linear_path);
    Candidate const& preferred = search.preferred(EpistasisSearch::best(linear_path), curved);
    if (preferred.shape.kind == CurveKind::identity) {
      // At a lambda of the list, as ridge regression chooses it.
      note(fit, "linear kept: a curve predicts held-out rows no better");
    } else {
      chosen = preferred;
      for (std::size_t i = 0; i < listed.size(); ++i) {
        if (listed[i].lambda == chosen.lambda) fit.lambda_scores[i] = chosen.score;
      }
    }
  }
  fit.lambda = chosen.lambda;
  fit.start = chosen.start;
  LatentFit const latent = search.refitted(chosen);
  fit.iterations = chosen.fits.front().iterations + latent.iterations;
  fit.converged = chosen.converged() && latent.converged;
  if (!fit.converged) note(fit, "not converged: raise the iterations or lambda");
  if (!assemble(data, observations.split.train, chosen.shape, latent,
                search.penalty(chosen.lambda, chosen.curve_ridge).coefficients, fit)) {
    assemble_constant(data, fit);
    note(fit, "no effect found: phi is constant");
  }
  add_noise(data, observations, chosen.residuals, options, fit);
  return fit;
}

}  // namespace

GlobalEpistasisFit fit_global_epistasis(FeatureOperator const& features, Observations const& observations,
                                        std::int64_t task, GlobalEpistasisOptions const& options) {
  check(options);
  auto const refit = [&](Observations const& fitted, GlobalEpistasisOptions const& now) {
    return fit_once(features, fitted, observations, task, now);
  };
  if (options.noise == NoiseKind::automatic) {
    return reweighted_by_chosen_noise(refit(observations, options), observations, task, options, refit);
  }
  if (options.noise != NoiseKind::cauchy) {
    return reweighted_by_noise(refit(observations, options), observations, task, options, options.noise_rounds, refit);
  }
  // A mean square means nothing among Cauchy outliers.
  auto const weights = outlier_weights(observations, task);
  Observations first = observations;
  first.weights = weights;
  int const rounds = std::max(options.noise_rounds, least_cauchy_rounds);
  return reweighted_by_noise(refit(first, options), observations, task, options, rounds, refit);
}

}  // namespace shoal::surrogate
