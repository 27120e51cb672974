// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/latent_descent.hpp"

#include <fmt/core.h>

#include <cmath>
#include <deque>
#include <utility>

#include "base/progress.hpp"
#include "surrogate/epistasis/curve_fit.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// Changes that are remembered, and lengths tried along one direction.
constexpr std::size_t memory = 6;
constexpr int most_lengths = 6;
// The share of the drop that the slope promises which a length must bring (Armijo's condition), and by how much a
// length may exceed the one before.
constexpr double sufficient_share = 1e-4;
constexpr double longest = 2;
// The least share of the curvature that was expected along a step (Powell's damping; equation 18.15 there).
constexpr double least_bend = 0.2;
constexpr int iterations_per_step = 4;
constexpr int iterations_per_look = 3;

void add_scaled(double factor, Vector const& from, Vector& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

// Coefficients, their phi and penalty, and the curve that goes with them.
struct Place {
  Vector coefficients;
  Vector penalised;  // M c
  Vector phi;
  Vector curve;
  double ridge = 0;  // c^T M c
  double objective = 0;
};

// A direction of the coefficients, with what is linear in it.
struct Direction {
  Vector coefficients;
  Vector penalised;
  Vector phi;
  double slope = 0;        // half the derivative of the objective along it, positive downwards
  double ridge_slope = 0;  // direction^T M c
  double ridge_bend = 0;   // direction^T M direction
};

// A point at some length of a direction.
struct Along {
  double length = 0;
  double objective = 0;
  double ridge = 0;
  Vector phi;
  Vector curve;
};

// A step and the change of the descent direction over it.
struct Change {
  Vector step;
  Vector fall;
  double product = 0;  // step^T fall
};

class Descent {
 public:
  Descent(LatentProblem const& problem, LatentFit const& start);

  // Lowers the objective by one step, and returns the drop; 0 where no length of the direction lowers it.
  double step();
  LatentFit result(bool converged, int iterations) &&;
  LatentFit view(int iterations) const;
  double objective() const { return at_.objective; }

 private:
  Along moved(Direction const& direction, double length) const;
  Along searched(Direction const& direction) const;
  Direction direction() const;
  void look();  // gradient at the place
  // Remembers a step from where the gradient was `before`.
  void remember(Vector step, double length, Vector const& before);
  Vector preconditioned(Vector const& side) const;

  LatentProblem const& problem_;
  Place at_;
  LatentProblem::Forces forces_;
  Vector side_;  // minus half the gradient by the coefficients
  std::deque<Change> changes_;
  double promised_ = 0;  // half the drop that the last direction promised to first order
};

Descent::Descent(LatentProblem const& problem, LatentFit const& start) : problem_(problem) {
  at_.coefficients = start.coefficients;
  at_.curve = start.curve;
  at_.phi = problem.phi(at_.coefficients);
  at_.penalised = problem.penalised(at_.coefficients);
  at_.ridge = problem.dot(at_.coefficients, at_.penalised);
  at_.objective = problem.level(at_.ridge, at_.curve, at_.phi).objective;
  // The direction of a gradient counts on the curve being the best for its phi.
  Direction nowhere;
  nowhere.phi.assign(at_.phi.size(), 0.0);
  Along fitted = moved(nowhere, 0);
  if (fitted.objective < at_.objective) {
    at_.curve = std::move(fitted.curve);
    at_.objective = fitted.objective;
  }
  look();
}

void Descent::look() {
  forces_ = problem_.forces(at_.ridge, at_.curve, at_.phi);
  side_ = problem_.transposed(forces_.rows);
  add_scaled(-forces_.square_scale, at_.penalised, side_);
}

Vector Descent::preconditioned(Vector const& side) const {
  Vector solution;
  problem_.precondition(forces_.information, forces_.square_scale, 0, side, solution);
  return solution;
}

Direction Descent::direction() const {
  Vector rest = side_;
  Vector factors;
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    factors.push_back(problem_.dot(change->step, rest) / change->product);
    add_scaled(-factors.back(), change->fall, rest);
  }
  Direction found;
  found.coefficients = preconditioned(rest);
  for (Change const& change : changes_) {
    double const back = problem_.dot(change.fall, found.coefficients) / change.product;
    add_scaled(factors.back() - back, change.step, found.coefficients);
    factors.pop_back();
  }
  found.slope = problem_.dot(side_, found.coefficients);
  found.phi = problem_.phi(found.coefficients);
  found.penalised = problem_.penalised(found.coefficients);
  found.ridge_slope = problem_.dot(found.coefficients, at_.penalised);
  found.ridge_bend = problem_.dot(found.coefficients, found.penalised);
  return found;
}

Along Descent::moved(Direction const& direction, double length) const {
  Along found{length, 0, at_.ridge + length * (2 * direction.ridge_slope + length * direction.ridge_bend), at_.phi, {}};
  add_scaled(length, direction.phi, found.phi);
  LatentRows const& rows = problem_.observed();
  CurveData const groups = grouped_by_phi(found.phi, rows.responses, rows.weights, curve_groups);
  found.curve =
      fit_curve(problem_.shape(), groups, problem_.penalty().curve, at_.curve, found.ridge / problem_.total_weight())
          .parameters;
  found.objective = problem_.level(found.ridge, found.curve, found.phi).objective;
  return found;
}

// The lowest of lengths tried: 1, then where a parabola through what is known has its lowest point.
Along Descent::searched(Direction const& direction) const {
  Along best{0, at_.objective, at_.ridge, {}, {}};
  double length = 1;
  for (int tried = 0; tried < most_lengths; ++tried) {
    Along now = moved(direction, length);
    // f(t) = f(0) - 2 slope t + bend t²
    double const bend = (now.objective - at_.objective + 2 * direction.slope * length) / (length * length);
    double const lowest = bend > 0 ? direction.slope / bend : longest * length;
    bool const lower = now.objective < at_.objective - sufficient_share * 2 * direction.slope * length;
    double const before = length;
    length = std::fmin(std::fmax(lowest, 0.1 * before), longest * before);
    bool const better = now.objective < best.objective;
    if (better) best = std::move(now);
    // A second length is worth the little that it costs where the first was far from the lowest point.
    bool const near = std::abs(length / before - 1) < 0.3;
    if (best.length > 0 && ((lower && near) || !better || tried > 0)) break;
  }
  return best;
}

double Descent::step() {
  Direction along = direction();
  if (!(along.slope > 0)) {
    changes_.clear();
    along = direction();
  }
  promised_ = along.slope;
  Along found = searched(along);
  if (!(found.length > 0)) return 0;
  double const drop = at_.objective - found.objective;
  Vector step = std::move(along.coefficients);
  for (double& value : step) value *= found.length;
  add_scaled(1, step, at_.coefficients);
  add_scaled(found.length, along.penalised, at_.penalised);
  at_.phi = std::move(found.phi);
  at_.curve = std::move(found.curve);
  at_.ridge = found.ridge;
  at_.objective = found.objective;
  Vector const before = std::exchange(side_, {});
  look();
  remember(std::move(step), found.length, before);
  return drop;
}

void Descent::remember(Vector step, double length, Vector const& before) {
  Change change{std::move(step), before, 0};
  add_scaled(-1, side_, change.fall);
  change.product = problem_.dot(change.step, change.fall);
  // What the matrix so far gives for step^T fall: it maps the step to length * before.
  double const expected = length * length * promised_;
  if (change.product < least_bend * expected) {
    double const share = (1 - least_bend) * expected / (expected - change.product);
    for (double& value : change.fall) value *= share;
    add_scaled((1 - share) * length, before, change.fall);
    change.product = share * change.product + (1 - share) * expected;
  }
  if (changes_.size() == memory) changes_.pop_front();
  changes_.push_back(std::move(change));
}

LatentFit Descent::view(int iterations) const {
  return {at_.coefficients, at_.curve, at_.phi, at_.objective, iterations, iterations, false};
}

LatentFit Descent::result(bool converged, int iterations) && {
  return {std::move(at_.coefficients),
          std::move(at_.curve),
          std::move(at_.phi),
          at_.objective,
          iterations,
          iterations,
          converged};
}

}  // namespace

LatentFit descended(LatentRows const& rows, CurveShape const& shape, LatentPenalty const& penalty, LatentFit start,
                    GaussNewtonOptions const& options) {
  LatentProblem const problem(rows, shape, penalty);
  Descent descent(problem, start);
  double const enough = options.tolerance * descent.objective();
  int iterations = 0;
  bool converged = false;
  while (iterations < iterations_per_step * options.maximum_iterations && !converged) {
    progress_step([&] {
      return fmt::format("iteration {}, loss {:.5g} a row", iterations + 1,
                         descent.objective() / static_cast<double>(problem.rows()));
    });
    double const drop = descent.step();
    ++iterations;
    converged = drop < enough;
    bool const looks = options.watch != nullptr && iterations % iterations_per_look == 0;
    if (!converged && looks && options.watch->gives_up(descent.view(iterations))) break;
  }
  return std::move(descent).result(converged, iterations);
}

}  // namespace shoal::surrogate
