// SPDX-License-Identifier: MIT
#include "surrogate/sparse/group_lasso.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "kernels/column_sums.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

double dot(Vector const& a, Vector const& b, int threads) {
  return kernels::column_sums(static_cast<std::int64_t>(a.size()), 1, threads,
                              [&](std::int64_t i, int) { return a[i] * b[i]; })[0];
}

// The smooth part: |y - c - Phi u|² over 2 Σ w, the constant taken out.
class Loss {
 public:
  Loss(RidgeProblem const& problem, std::int64_t task)
      : problem_(problem),
        total_(problem.total_weight()),
        side_(problem.right_sides(std::vector{RidgeSide{task, 0}})) {}

  // Hessian times u.
  Vector curve(Vector const& u) const {
    kernels::RowRange const rows = problem_.rows;
    auto const size = static_cast<std::int64_t>(u.size());
    Vector values(rows.size());
    problem_.features.multiply(rows, {u.data(), size, 1, 1}, {values.data(), rows.size(), 1, 1});
    double sum = 0;
    for (std::int64_t row = 0; row < rows.size(); ++row) sum += problem_.weight(rows.begin + row) * values[row];
    for (std::int64_t row = 0; row < rows.size(); ++row) {
      values[row] = problem_.weight(rows.begin + row) * (values[row] - sum / total_) / total_;
    }
    Vector products(u.size());
    problem_.features.multiply_transposed(rows, {values.data(), rows.size(), 1, 1}, {products.data(), size, 1, 1});
    return products;
  }
  Vector gradient(Vector const& u) const {
    Vector found = curve(u);
    for (std::size_t i = 0; i < found.size(); ++i) found[i] -= side_[i] / total_;
    return found;
  }
  // A bound on the Hessian's largest eigenvalue: power iteration, and a margin for what it has not reached.
  double largest_curvature(int threads) const {
    constexpr int steps = 30;
    constexpr double margin = 1.1;
    Vector u = side_;
    if (dot(u, u, threads) == 0) return 1.0;
    double norm = 0;
    for (int step = 0; step < steps; ++step) {
      double const scale = 1.0 / std::sqrt(dot(u, u, threads));
      for (double& value : u) value *= scale;
      u = curve(u);
      norm = std::sqrt(dot(u, u, threads));
      if (norm == 0) return 1.0;
    }
    return margin * norm;
  }

 private:
  RidgeProblem const& problem_;
  double total_;
  Vector side_;
};

std::int64_t entries_of(FeatureLayout const& layout, PairBlock const& block) {
  return std::int64_t{layout.sites()[block.first].dimensions} * layout.sites()[block.second].dimensions;
}

double norm_of(double const* values, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += values[i] * values[i];
  return std::sqrt(sum);
}

// Draws every pair's coefficients towards 0 by threshold * sqrt(their number).
void shrink(FeatureLayout const& layout, double threshold, Vector& u) {
  for (PairBlock const& block : layout.blocks()) {
    std::int64_t const count = entries_of(layout, block);
    double* const values = u.data() + block.start;
    double const norm = norm_of(values, count);
    double const limit = threshold * std::sqrt(static_cast<double>(count));
    double const factor = norm > limit ? 1.0 - limit / norm : 0.0;
    for (std::int64_t i = 0; i < count; ++i) values[i] *= factor;
  }
}

// Minimises; the coefficients, with iterations and convergence noted in `fit`.
Vector minimise(Loss const& loss, FeatureLayout const& layout, GroupLassoOptions const& options, int threads,
                GroupLassoFit& fit) {
  double const step = 1.0 / loss.largest_curvature(threads);
  Vector u(layout.parameters(), 0.0);
  Vector ahead = u;
  double momentum = 1;
  while (!fit.converged && fit.iterations < options.maximum_iterations) {
    ++fit.iterations;
    progress_step(
        [&] { return fmt::format("iteration {} of at most {}", fit.iterations, options.maximum_iterations); });
    Vector const slope = loss.gradient(ahead);
    Vector next = ahead;
    for (std::size_t i = 0; i < next.size(); ++i) next[i] -= step * slope[i];
    shrink(layout, step * options.alpha, next);
    double largest = 0;
    double change = 0;
    double uphill = 0;
    for (std::size_t i = 0; i < next.size(); ++i) {
      largest = std::max(largest, std::abs(next[i]));
      change = std::max(change, std::abs(next[i] - ahead[i]));
      uphill += (ahead[i] - next[i]) * (next[i] - u[i]);
    }
    fit.converged = change <= options.tolerance * largest;
    if (uphill > 0) momentum = 1;
    double const faster = 0.5 * (1 + std::sqrt(1 + 4 * momentum * momentum));
    for (std::size_t i = 0; i < next.size(); ++i) ahead[i] = next[i] + (momentum - 1) / faster * (next[i] - u[i]);
    momentum = faster;
    u = std::move(next);
  }
  return u;
}

}  // namespace

GroupLassoFit fit_group_lasso(FeatureOperator const& features, Observations const& observations, std::int64_t task,
                              GroupLassoOptions const& options) {
  validate(observations);
  if (!(options.alpha > 0) || !std::isfinite(options.alpha) || !(options.tolerance > 0)) {
    fail(ErrorCode::config, fmt::format("the group lasso's alpha is {} and its tolerance {}; both must be positive",
                                        options.alpha, options.tolerance));
  }
  RidgeProblem const problem{features, observations, observations.split.train};
  FeatureLayout const& layout = features.layout();
  GroupLassoFit fit;
  Vector const u = minimise(Loss(problem, task), layout, options, features.backend().cpu_space().threads, fit);
  for (PairBlock const& block : layout.blocks()) {
    fit.strength.push_back(norm_of(u.data() + block.start, entries_of(layout, block)));
  }
  fit.chosen = std::count_if(fit.strength.begin(), fit.strength.end(), [](double value) { return value > 0; });
  auto const size = static_cast<std::int64_t>(u.size());
  double const constant = problem.constants(std::vector{RidgeSide{task, 0}}, {u.data(), size, 1, 1})[0];
  // Additive effects stay out of the pairs: a penalty on additive parameters of 0.
  fit.parameters = features.parameters_of(constant, {u.data(), size, 1, 1}, 0, {0.0, 1.0});
  return fit;
}

}  // namespace shoal::surrogate
