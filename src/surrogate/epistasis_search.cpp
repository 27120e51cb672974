// SPDX-License-Identifier: MIT
#include "surrogate/epistasis_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "surrogate/curve_fit.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// Ridges on the curve, in units of the variance that ridge regression leaves: priors of sd 1/12 and 0.7 for its
// parameters. A stiff curve has no kinks where the responses are mostly noise, and steps that the quadratic
// model foretells; where they are not, a supple one started from it does better.
constexpr double stiff = 150;
constexpr double supple = 2;
// Candidates are compared to about 1e-4 in R²; the chosen one is fitted to the end.
constexpr double search_tolerance = 1e-4;
constexpr double search_inner_tolerance = 1e-3;
constexpr int search_iterations = 15;
constexpr int race_iterations = 4;
// Where a chi-square law holds for the training objective, and a drop of so many times the variance a parameter that
// chance gives it once in thousands of libraries (5 times 11: a chi-square of 55 with 10 degrees of freedom).
constexpr double rows_a_parameter = 5;
constexpr double chance_drop = 5;
// A fall of the score after which a path is not followed further, scores being nearly unimodal in lambda, and the gain
// that a supple curve must bring.
constexpr double clear_fall = 3e-3;

double root_mean_square(Vector const& values) {
  double const sum = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(values.size(), 1)));
}

// 1 - weighted RSS / weighted TSS; 0 where the responses are constant.
double weighted_score(LatentRows const& rows, Vector const& residuals) {
  double total = 0;
  double mean = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    total += rows.weights[i];
    mean += rows.weights[i] * rows.responses[i];
  }
  mean /= total;
  double residual_squares = 0;
  double squares = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    double const deviation = rows.responses[i] - mean;
    residual_squares += rows.weights[i] * residuals[i] * residuals[i];
    squares += rows.weights[i] * deviation * deviation;
  }
  return squares > 0 ? 1 - residual_squares / squares : 0.0;
}

std::vector<std::size_t> by_objective(std::vector<CurveFit> const& curves) {
  std::vector<std::size_t> order(curves.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return curves[a].objective < curves[b].objective; });
  return order;
}

// Whether two curves are nearly the same where the data are.
bool alike(CurveShape const& shape, Vector const& places, Vector const& first, Vector const& second) {
  ResponseCurve const a = shape.curve(first);
  ResponseCurve const b = shape.curve(second);
  return std::all_of(places.begin(), places.end(), [&](double phi) { return std::abs(a(phi) - b(phi)) < 0.02; });
}

}  // namespace

LatentPenalty EpistasisSearch::penalty(std::size_t lambda, double curve_ridge) const {
  double const value = options_.linear.lambdas[lambda];
  return {{value, value * options_.linear.pair_ratio}, curve_ridge};
}

GaussNewtonOptions EpistasisSearch::step_options(CurveShape const& shape, bool final) const {
  LinearOptions const& linear = options_.linear;
  if (shape.kind == CurveKind::identity) {
    return {2, 0, final ? linear.tolerance : search_inner_tolerance, linear.maximum_iterations};
  }
  GaussNewtonOptions options;
  options.maximum_iterations = options_.maximum_iterations;
  if (!final) {
    options.maximum_iterations = std::min(options.maximum_iterations, search_iterations);
    options.tolerance = search_tolerance;
  }
  return options;
}

std::vector<std::size_t> EpistasisSearch::descending_lambdas() const {
  std::vector<double> const& lambdas = options_.linear.lambdas;
  std::vector<std::size_t> order(lambdas.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lambdas[a] > lambdas[b]; });
  return order;
}

Candidate EpistasisSearch::candidate(CurveShape const& shape, std::size_t lambda, double curve_ridge,
                                     LatentFit start) const {
  Candidate next{shape, {}, lambda, curve_ridge, 0, {}, 0};
  next.fit =
      fit_latent(data_.train(), shape, penalty(lambda, curve_ridge), std::move(start), step_options(shape, false));
  CurveAt const curve(shape, next.fit.curve);
  next.residuals = data_.validation().responses;
  Vector const phi = data_.phi(data_.validation().range, next.fit.coefficients);
  for (std::size_t i = 0; i < phi.size(); ++i) next.residuals[i] -= curve(phi[i]).value;
  next.score = weighted_score(data_.validation(), next.residuals);
  return next;
}

std::vector<Candidate> EpistasisSearch::linear_path() const {
  std::vector<Candidate> path(options_.linear.lambdas.size());
  Vector coefficients(static_cast<std::size_t>(data_.features().parameters()), 0.0);
  for (std::size_t const lambda : descending_lambdas()) {
    LatentFit start;
    start.coefficients = coefficients;
    start.curve = {0.0};
    path[lambda] = candidate(CurveShape{}, lambda, 0, std::move(start));
    coefficients = path[lambda].fit.coefficients;
  }
  return path;
}

CurveShape EpistasisSearch::shape_for(Vector const& phi) const {
  Vector sorted = phi;
  std::sort(sorted.begin(), sorted.end());
  auto const rank = [&](double share) {
    return sorted[static_cast<std::size_t>(std::llround(share * static_cast<double>(sorted.size() - 1)))];
  };
  CurveShape shape;
  shape.kind = options_.curve;
  shape.sigmoids = options_.curve == CurveKind::sigmoids ? options_.sigmoids : 0;
  if (options_.curve != CurveKind::spline) return shape;
  double const apart = 0.01 * (rank(1) - rank(0));
  for (double const share : {0.0, 0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0}) {
    double const place = rank(share);
    if (shape.knots.empty() || place > shape.knots.back() + apart) shape.knots.push_back(place);
  }
  return shape;
}

double EpistasisSearch::residual_variance(Candidate const& linear) const {
  Vector const& weights = data_.train().weights;
  return linear.fit.objective / std::accumulate(weights.begin(), weights.end(), 0.0);
}

Candidate EpistasisSearch::best_start(Candidate const& linear) const {
  double const ridge = stiff * residual_variance(linear);
  CurveShape const shape = shape_for(linear.fit.phi);
  CurveData const groups = grouped_by_phi(linear.fit.phi, data_.train().responses, data_.train().weights, curve_groups);
  std::vector<CurveFit> curves;
  for (Vector const& start : curve_starts(shape, root_mean_square(linear.fit.phi))) {
    curves.push_back(fit_curve(shape, groups, ridge, start));
  }
  GaussNewtonOptions race = step_options(shape, false);
  race.maximum_iterations = std::min(race.maximum_iterations, race_iterations);
  LatentFit best;
  std::size_t winner = 0;
  std::vector<std::size_t> tried;
  for (std::size_t const number : by_objective(curves)) {
    auto const repeats = [&](std::size_t other) {
      return alike(shape, groups.phi, curves[number].parameters, curves[other].parameters);
    };
    if (tried.size() >= static_cast<std::size_t>(options_.starts) || std::any_of(tried.begin(), tried.end(), repeats)) {
      continue;
    }
    LatentFit start;
    start.coefficients = linear.fit.coefficients;
    start.curve = curves[number].parameters;
    LatentFit fit = fit_latent(data_.train(), shape, penalty(linear.lambda, ridge), std::move(start), race);
    if (tried.empty() || fit.objective < best.objective) {
      best = std::move(fit);
      winner = number;
    }
    tried.push_back(number);
  }
  Candidate result = candidate(shape, linear.lambda, ridge, std::move(best));
  result.start = static_cast<int>(winner);
  return result;
}

std::vector<Candidate> EpistasisSearch::curved_path(Candidate const& linear) const {
  std::vector<std::size_t> const order = descending_lambdas();
  auto const place = std::find(order.begin(), order.end(), linear.lambda) - order.begin();
  std::vector<Candidate> path = {best_start(linear)};
  for (std::ptrdiff_t const towards : {1, -1}) {
    std::size_t neighbour = 0;
    double best_score = path.front().score;
    for (auto i = place + towards; i >= 0 && i < std::ssize(order); i += towards) {
      Candidate next = candidate(path[neighbour].shape, order[static_cast<std::size_t>(i)], path.front().curve_ridge,
                                 path[neighbour].fit);
      next.start = path[neighbour].start;
      best_score = std::max(best_score, next.score);
      neighbour = path.size();
      path.push_back(std::move(next));
      if (path.back().score < best_score - clear_fall) break;
    }
  }
  Candidate const& stiffest = best(path);
  Candidate next = candidate(stiffest.shape, stiffest.lambda, supple * residual_variance(linear), stiffest.fit);
  next.start = stiffest.start;
  if (next.fit.converged && next.score > stiffest.score + clear_fall) path.push_back(std::move(next));
  return path;
}

Candidate const& EpistasisSearch::best(std::vector<Candidate> const& path) {
  return *std::max_element(path.begin(), path.end(),
                           [](Candidate const& a, Candidate const& b) { return a.score < b.score; });
}

bool EpistasisSearch::is_better(Candidate const& curved, std::vector<Candidate> const& linear_path) const {
  Candidate const& linear = best(linear_path);
  std::size_t const rows = curved.residuals.size();
  Vector gains(rows);
  double mean = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    gains[i] = data_.validation().weights[i] *
               (linear.residuals[i] * linear.residuals[i] - curved.residuals[i] * curved.residuals[i]);
    mean += gains[i] / static_cast<double>(rows);
  }
  double squares = 0;
  for (double const gain : gains) squares += (gain - mean) * (gain - mean);
  double const count = static_cast<double>(rows);
  if (rows < 2 || !(mean > 0)) return false;
  double const standard_error = std::sqrt(squares / (count * (count - 1)));
  if (mean > 2 * standard_error) return true;
  if (mean < standard_error || !curved.fit.converged) return false;
  double const train = static_cast<double>(data_.train().range.size());
  if (train < rows_a_parameter * static_cast<double>(data_.features().parameters())) return false;
  double const drop = linear_path[curved.lambda].fit.objective - curved.fit.objective;
  return drop > chance_drop * static_cast<double>(curved.shape.size()) * curved.fit.objective / train;
}

LatentFit EpistasisSearch::refitted(Candidate const& chosen) const {
  if (data_.everything().responses.empty()) return chosen.fit;
  LatentFit refit = fit_latent(data_.everything(), chosen.shape, penalty(chosen.lambda, chosen.curve_ridge), chosen.fit,
                               step_options(chosen.shape, true));
  // Far from where it started, the validation rows no longer speak for it.
  return refit.converged || !chosen.fit.converged ? refit : chosen.fit;
}

}  // namespace shoal::surrogate
