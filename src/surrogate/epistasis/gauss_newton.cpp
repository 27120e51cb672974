// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/gauss_newton.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/progress.hpp"
#include "surrogate/epistasis/curve_fit.hpp"
#include "surrogate/epistasis/effective_share.hpp"
#include "surrogate/epistasis/latent_descent.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

double dot(Vector const& a, Vector const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add_scaled(double factor, Vector const& from, Vector& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

Vector sum(Vector a, Vector const& b) {
  add_scaled(1, b, a);
  return a;
}

struct Step {
  Vector coefficients;
  Vector curve;
  Vector phi;
  double predicted = 0;  // drop of the objective that the quadratic model promises
  int inner_iterations = 0;
};

// (H + damping D) step = minus half the gradient, D the information on the coefficients and the diagonal of the curve's
// block.
Step damped_step_of(LatentProblem const& problem, LinearisedLatent const& at, double damping,
                    GaussNewtonOptions const& options) {
  auto const solve_curve = [&](Vector side) { return damped_step(at.curve_matrix, damping, std::move(side)); };
  Vector const zeros(at.coefficient_side.size(), 0.0);
  Step step{zeros, {}, Vector(at.residuals.size(), 0.0), 0, 0};
  // The right-hand side of the Schur complement is the rows of the coefficients, with the curve's own step taken out.
  Vector residual;
  problem.coefficient_rows(at, zeros, {}, step.phi, solve_curve(at.curve_side), residual);
  add_scaled(1, at.coefficient_side, residual);
  Vector preconditioned;
  problem.precondition(at, damping, residual, preconditioned);
  Vector direction = preconditioned;
  Vector product;
  double norm = problem.dot(residual, preconditioned);
  double const enough = options.inner_tolerance * options.inner_tolerance * norm;
  while (norm > enough && norm > 0 && step.inner_iterations < options.inner_iterations) {
    Vector const along = problem.phi(direction);
    LatentProblem::ScaleSums const sums = problem.scale_sums(at, direction);
    problem.coefficient_rows(at, direction, sums, along, solve_curve(problem.curve_rows(at, sums, along)), product);
    add_scaled(damping * at.information, direction, product);
    double const curvature = problem.dot(direction, product);
    if (!(curvature > 0)) break;
    double const length = norm / curvature;
    for (std::size_t i = 0; i < direction.size(); ++i) {
      step.coefficients[i] += length * direction[i];
      residual[i] -= length * product[i];
    }
    add_scaled(length, along, step.phi);
    problem.precondition(at, damping, residual, preconditioned);
    double const next = problem.dot(residual, preconditioned);
    double const share = next / norm;
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = preconditioned[i] + share * direction[i];
    norm = next;
    ++step.inner_iterations;
  }
  Vector side = at.curve_side;
  add_scaled(-1, problem.curve_rows(at, problem.scale_sums(at, step.coefficients), step.phi), side);
  step.curve = solve_curve(std::move(side));
  step.predicted = dot(at.coefficient_side, step.coefficients) + dot(at.curve_side, step.curve) +
                   damping * at.information * dot(step.coefficients, step.coefficients);
  for (std::size_t p = 0; p < step.curve.size(); ++p) {
    step.predicted += damping * at.curve_matrix[p * step.curve.size() + p] * step.curve[p] * step.curve[p];
  }
  return step;
}

// Coefficients and curve after a step, with the objective there.
struct Trial {
  Vector coefficients;
  Vector curve;
  Vector phi;
  double objective = 0;
};

// The curve is fitted anew to the step's phi: the curve makes the model nonlinear, and a curve alone is cheap to fit.
// It is fitted to grouped rows, so the fit counts only if it lowers the objective of all rows.
Trial trial_of(LatentProblem const& problem, LatentFit const& fit, Step const& step) {
  Trial trial{sum(fit.coefficients, step.coefficients), sum(fit.curve, step.curve), sum(fit.phi, step.phi), 0};
  trial.objective = problem.objective(trial.coefficients, trial.curve, trial.phi);
  if (problem.shape().kind == CurveKind::identity) return trial;
  CurveData const groups =
      grouped_by_phi(trial.phi, problem.observed().responses, problem.observed().weights, curve_groups);
  bool const usable = trial.objective < fit.objective;
  Vector curve =
      fit_curve(problem.shape(), groups, problem.penalty().curve, usable ? trial.curve : fit.curve).parameters;
  double const objective = problem.objective(trial.coefficients, curve, trial.phi);
  if (!(objective >= trial.objective)) {
    trial.curve = std::move(curve);
    trial.objective = objective;
  }
  return trial;
}

// Damping by the ratio of the drop that was found to the drop that was promised (Nielsen 1999).
class Damping {
 public:
  explicit Damping(double first) : value_(first) {}
  double value() const { return value_; }
  void accepted(double ratio) {
    value_ *= std::max(0.1, 1 - std::pow(2 * std::min(ratio, 1.0) - 1, 3));
    if (value_ < 1e-9) value_ = 0;
    growth_ = 4;
  }
  void refused() {
    value_ = std::max(growth_ * value_, 1e-3);
    growth_ *= 2;
  }

 private:
  double value_;
  double growth_ = 4;
};

}  // namespace

LatentFit fit_latent(LatentRows const& rows, CurveShape const& shape, LatentPenalty const& penalty, LatentFit start,
                     GaussNewtonOptions const& options) {
  if (shape.kind != CurveKind::identity && has_many_pairs(rows.features->layout())) {
    return descended(rows, shape, penalty, std::move(start), options);
  }
  LatentProblem const problem(rows, shape, penalty);
  LatentFit fit = std::move(start);
  fit.phi = problem.phi(fit.coefficients);
  fit.objective = problem.objective(fit.coefficients, fit.curve, fit.phi);
  fit.iterations = 0;
  fit.inner_iterations = 0;
  fit.converged = false;
  double const enough = options.tolerance * fit.objective;
  LinearisedLatent at = problem.linearised(fit.coefficients, fit.curve, fit.phi);
  // The model of the identity is linear: no step can overshoot. That of a curve holds nearby only, and a step refused
  // costs as much as one accepted.
  Damping damping(shape.kind == CurveKind::identity ? 0.0 : 0.1);
  while (fit.iterations < options.maximum_iterations && !fit.converged) {
    progress_step([&] {
      return fmt::format("iteration {}, loss {:.5g} a row", fit.iterations + 1,
                         fit.objective / static_cast<double>(problem.rows()));
    });
    Step step = damped_step_of(problem, at, damping.value(), options);
    ++fit.iterations;
    fit.inner_iterations += step.inner_iterations;
    Trial trial = trial_of(problem, fit, step);
    double const drop = fit.objective - trial.objective;
    // A promised drop this small cannot be told from rounding.
    fit.converged = step.predicted < enough && damping.value() < 1;
    if (!(drop > 0)) {
      if (damping.value() > 1e9) break;
      damping.refused();
      continue;
    }
    bool const linear = shape.kind == CurveKind::identity && step.inner_iterations < options.inner_iterations;
    fit.converged = fit.converged || linear || (drop < enough && damping.value() < 1);
    fit.coefficients = std::move(trial.coefficients);
    fit.curve = std::move(trial.curve);
    fit.phi = std::move(trial.phi);
    fit.objective = trial.objective;
    damping.accepted(drop / step.predicted);
    if (!fit.converged && options.watch != nullptr && options.watch->gives_up(fit)) break;
    if (!fit.converged) at = problem.linearised(fit.coefficients, fit.curve, fit.phi);
  }
  return fit;
}

}  // namespace shoal::surrogate
