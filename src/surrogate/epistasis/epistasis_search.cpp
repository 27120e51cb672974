// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/epistasis_search.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/progress.hpp"
#include "surrogate/epistasis/curve_fit.hpp"
#include "surrogate/epistasis/hopeless_fit.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// The ridge on the curve, in units of the variance that ridge regression leaves: a prior of sd 1/12 for its parameters.
// A stiff curve has no kinks if the responses are mostly noise, and its steps are predicted well by the quadratic
// model. Then smaller shares of this ridge are tried one after the other; each more flexible curve starts near the
// place of the one before.
constexpr double stiff = 150;
constexpr double suppler[] = {1.0 / 4, 1.0 / 16, 1.0 / 64};
// A share of the objective. If half of the variance is left, fits are compared to about 1e-4 in R². Where a curve
// creeps on beyond that, it fits noise.
constexpr double curve_tolerance = 2e-4;
constexpr double linear_search_tolerance = 1e-3;
constexpr double search_inner_tolerance = 0.1;
constexpr int search_iterations = 15;
constexpr int race_iterations = 4;
// Lambdas closer than this factor count as equal.
constexpr double nearby_lambdas = 2.5;
constexpr double lambda_step = 3;
// A path is not followed further after this fall of the score, because scores are nearly unimodal in lambda and in
// stiffness; and no curve makes good this fall of the linear fit.
constexpr double clear_fall = 3e-3;
constexpr double hopeless_fall = 0.05;
// With many pairs a fit at one lambda takes seconds: no further lambda of the linear path is tried after the first
// fall, and none beside a lambda where a curve had the second.
constexpr double linear_fall = 0.005;
constexpr double steep_fall = 0.01;
// With many pairs: the steepness of a sigmoid, in standard deviations of phi, above which it is held, and how strongly,
// per unit of weight (CurveShape::steepness_ridge).
constexpr double steepest = 3;
constexpr double steepness_ridge = 0.1;

double root_mean_square(Vector const& values) {
  double const sum = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(values.size(), 1)));
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

bool Candidate::converged() const {
  return std::all_of(fits.begin(), fits.end(), [](LatentFit const& fit) { return fit.converged; });
}

LatentPenalty EpistasisSearch::penalty(double lambda, double curve_ridge) const {
  return {{lambda, lambda * options_.linear.pair_ratio}, curve_ridge};
}

GaussNewtonOptions EpistasisSearch::step_options(CurveShape const& shape, bool final) const {
  LinearOptions const& linear = options_.linear;
  if (shape.kind == CurveKind::identity) {
    return {2, 0, final ? linear.tolerance : linear_search_tolerance, linear.maximum_iterations};
  }
  GaussNewtonOptions options;
  options.maximum_iterations = options_.maximum_iterations;
  options.tolerance = curve_tolerance;
  if (!final) {
    options.inner_tolerance = search_inner_tolerance;
    options.maximum_iterations = std::min(options.maximum_iterations, search_iterations);
  }
  if (many_pairs()) options.inner_tolerance = search_inner_tolerance;
  return options;
}

Candidate EpistasisSearch::candidate(CurveShape const& shape, double lambda, double curve_ridge,
                                     std::vector<LatentFit> const& starts, std::vector<LatentSplit> const& splits,
                                     GaussNewtonOptions const& options) const {
  Candidate next{shape, {}, lambda, curve_ridge, 0, {}, 0};
  for (std::size_t number = 0; number < splits.size(); ++number) {
    LatentSplit const& split = splits[number];
    ProgressPart const part([&] {
      return fmt::format("{} at lambda {:.4g}, split {} of {}", to_string(shape.kind), lambda, number + 1,
                         splits.size());
    });
    next.fits.push_back(fit_latent(split.fitted, shape, penalty(lambda, curve_ridge),
                                   starts[std::min(number, starts.size() - 1)], options));
    Vector const residuals = judged_residuals(data_, split, shape, next.fits.back());
    next.residuals.insert(next.residuals.end(), residuals.begin(), residuals.end());
  }
  next.score = weighted_score(splits.size() > 1 ? data_.everything() : splits.front().judges, next.residuals);
  return next;
}

std::vector<Candidate> EpistasisSearch::linear_path() const {
  std::vector<double> const& lambdas = options_.linear.lambdas;
  std::vector<std::size_t> order(lambdas.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lambdas[a] > lambdas[b]; });
  LatentFit zero;
  zero.coefficients.assign(static_cast<std::size_t>(data_.features().parameters()), 0.0);
  zero.curve = {0.0};
  Candidate before;
  before.fits = {zero};
  std::vector<Candidate> path(lambdas.size());
  for (std::size_t number = 0; number < path.size(); ++number) {
    path[number].lambda = lambdas[number];
    path[number].score = -std::numeric_limits<double>::infinity();
  }
  for (std::size_t const number : order) {
    path[number] = from(before, lambdas[number], 0);
    before.fits = path[number].fits;
    if (many_pairs() && path[number].score < best(path).score - linear_fall) break;
  }
  if (options_.curve != CurveKind::identity) refine(path);
  return path;
}

void EpistasisSearch::refine(std::vector<Candidate>& path) const {
  std::size_t const middle = static_cast<std::size_t>(&best(path) - path.data());
  std::vector<std::size_t> sides;
  for (bool const above : {false, true}) {
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < path.size(); ++i) {
      bool const beyond = above ? path[i].lambda > path[middle].lambda : path[i].lambda < path[middle].lambda;
      bool const nearer =
          !next || std::abs(path[i].lambda - path[middle].lambda) < std::abs(path[*next].lambda - path[middle].lambda);
      if (beyond && nearer) next = i;
    }
    if (next) sides.push_back(*next);
  }
  std::stable_sort(sides.begin(), sides.end(),
                   [&](std::size_t a, std::size_t b) { return path[a].score > path[b].score; });
  for (std::size_t const side : sides) {
    auto const [low, high] = std::minmax(path[side].lambda, path[middle].lambda);
    if (!(high > nearby_lambdas * low) || low <= 0) continue;
    bool const curved = many_pairs() && path[middle].shape.kind != CurveKind::identity;
    if (curved && path[side].score < path[middle].score - steep_fall) continue;
    path.push_back(from(path[middle], std::sqrt(low * high), path[middle].curve_ridge));
    if (path.back().score > path[middle].score) return;
  }
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
  if (options_.curve == CurveKind::sigmoids && many_pairs()) {
    auto const& weights = data_.splits().front().fitted.weights;
    shape.steepest = steepest / root_mean_square(phi);
    shape.steepness_ridge = steepness_ridge * std::accumulate(weights.begin(), weights.end(), 0.0);
  }
  if (options_.curve != CurveKind::spline) return shape;
  double const apart = 0.01 * (rank(1) - rank(0));
  for (double const share : {0.0, 0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0}) {
    double const place = rank(share);
    if (shape.knots.empty() || place > shape.knots.back() + apart) shape.knots.push_back(place);
  }
  return shape;
}

double EpistasisSearch::residual_variance(LatentRows const& rows, LatentFit const& fit) {
  return fit.objective / std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
}

double EpistasisSearch::stiff_ridge(Candidate const& linear) const {
  // Many sigmoids share the ridge that three would have: each moves less, and all together pay as much.
  bool const many = options_.curve == CurveKind::sigmoids && options_.sigmoids > 3;
  double const share = many ? 3.0 / options_.sigmoids : 1.0;
  return share * stiff * residual_variance(data_.splits().front().fitted, linear.fits.front());
}

Candidate EpistasisSearch::best_start(Candidate const& linear) const {
  LatentRows const& rows = data_.splits().front().fitted;
  LatentFit const& line = linear.fits.front();
  double const ridge = stiff_ridge(linear);
  CurveShape const shape = shape_for(line.phi);
  CurveData const groups = grouped_by_phi(line.phi, rows.responses, rows.weights, curve_groups);
  std::vector<CurveFit> curves;
  for (Vector const& start : curve_starts(shape, root_mean_square(line.phi))) {
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
    start.coefficients = line.coefficients;
    start.curve = curves[number].parameters;
    LatentFit fit = fit_latent(rows, shape, penalty(linear.lambda, ridge), std::move(start), race);
    if (tried.empty() || fit.objective < best.objective) {
      best = std::move(fit);
      winner = number;
    }
    tried.push_back(number);
  }
  std::vector<LatentFit> starts = linear.fits;
  starts.front().coefficients = best.coefficients;
  for (LatentFit& start : starts) start.curve = best.curve;
  Candidate result = candidate(shape, linear.lambda, ridge, starts, data_.splits(), step_options(shape, false));
  result.start = static_cast<int>(winner);
  return result;
}

std::vector<Candidate> EpistasisSearch::curved_path(std::vector<Candidate> const& linear_path) const {
  Candidate const& linear = best(linear_path);
  std::vector<Candidate const*> order;
  for (Candidate const& at : linear_path) order.push_back(&at);
  std::stable_sort(order.begin(), order.end(),
                   [](Candidate const* a, Candidate const* b) { return a->lambda > b->lambda; });
  auto const place = std::find(order.begin(), order.end(), &linear) - order.begin();
  std::vector<Candidate> path = {best_start(linear)};
  for (std::ptrdiff_t const towards : {1, -1}) {
    std::size_t neighbour = 0;
    for (auto i = place + towards; i >= 0 && i < std::ssize(order); i += towards) {
      Candidate const& line = *order[static_cast<std::size_t>(i)];
      if (!line.fits.empty() && line.score < linear.score - hopeless_fall) break;
      path.push_back(from(path[neighbour], line.lambda, path.front().curve_ridge, best(path).score));
      neighbour = path.size() - 1;
      if (path.back().score < best(path).score - clear_fall) break;
    }
  }
  refine(path);
  return relaxed(best(path));
}

std::vector<Candidate> EpistasisSearch::relaxed(Candidate const& stiffest) const {
  std::vector<Candidate> steps = {stiffest};
  // A more flexible curve that is no better may still lead to one that is.
  Candidate at = stiffest;
  for (double const share : suppler) {
    at = from(at, at.lambda, share * stiffest.curve_ridge, steps.back().score);
    // A fit whose steps do not come to an end fits noise, unless the rows that judge say otherwise.
    if (!at.converged() && at.score > steps.back().score + clear_fall) at = from(at, at.lambda, at.curve_ridge);
    if (!at.converged() || at.score < steps.back().score - clear_fall) break;
    if (at.score > steps.back().score) steps.push_back(at);
  }
  // If a stiff curve had to leave the bends of the responses to the noise, a flexible one can bear more effects.
  double const least = *std::min_element(options_.linear.lambdas.begin(), options_.linear.lambdas.end());
  while (steps.size() > 1 && steps.back().lambda / lambda_step > least) {
    at = from(steps.back(), steps.back().lambda / lambda_step, steps.back().curve_ridge, steps.back().score);
    if (!at.converged() || !(at.score > steps.back().score)) break;
    steps.push_back(at);
  }
  return steps;
}

Candidate EpistasisSearch::from(Candidate const& neighbour, double lambda, double curve_ridge, double wanted) const {
  std::vector<LatentFit> starts = neighbour.fits;
  if (neighbour.shape.kind == CurveKind::identity) {
    for (LatentFit& start : starts) start.curve = {0.0};
  }
  GaussNewtonOptions options = step_options(neighbour.shape, false);
  HopelessFit watch(data_, neighbour.shape, wanted - clear_fall);
  if (data_.splits().size() == 1 && many_pairs()) options.watch = &watch;
  Candidate next = candidate(neighbour.shape, lambda, curve_ridge, starts, data_.splits(), options);
  next.start = neighbour.start;
  return next;
}

Candidate const& EpistasisSearch::best(std::span<Candidate const> path) {
  return *std::max_element(path.begin(), path.end(),
                           [](Candidate const& a, Candidate const& b) { return a.score < b.score; });
}

}  // namespace shoal::surrogate
