// SPDX-License-Identifier: MIT
#include "surrogate/ridge/linear_fit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/not_a_number.hpp"
#include "surrogate/metrics/validation_scores.hpp"
#include "surrogate/ridge/feature_gram.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/ridge/parameter_errors.hpp"

namespace shoal::surrogate {

namespace {

// Enough to tell lambdas apart by R². Small lambdas, which seldom win, would need hundreds of iterations more.
constexpr double search_tolerance = 1e-4;

void check(LinearOptions const& options, Split const& split) {
  if (options.lambdas.empty()) fail(ErrorCode::config, "a surrogate needs at least one lambda");
  for (double const lambda : options.lambdas) {
    if (!(lambda >= 0) || !std::isfinite(lambda)) {
      fail(ErrorCode::config, fmt::format("lambda {} is negative or not finite", lambda));
    }
  }
  if (!(options.pair_ratio > 0) || !std::isfinite(options.pair_ratio)) {
    fail(ErrorCode::config, fmt::format("the pair ratio is {}; it must be positive and finite", options.pair_ratio));
  }
  if (!(options.tolerance > 0) || options.maximum_iterations < 1) {
    fail(ErrorCode::config, "a solve needs a positive tolerance and at least one iteration");
  }
  if (options.lambdas.size() > 1 && split.validation.size() == 0) {
    fail(ErrorCode::config,
         "several lambdas need validation rows to choose from: give one lambda, or a validation share");
  }
}

// The first of the best numbers of a list; 0 if none is a number.
std::size_t first_best(std::span<double const> scores) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    if (scores[i] > scores[best] || std::isnan(scores[best])) best = i;
  }
  return best;
}

// Indices of the numbers of a list, the largest first.
std::vector<std::size_t> descending(std::vector<double> const& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

bool is_constant(Observations const& data, kernels::RowRange rows, std::int64_t task) {
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    if (data.responses.data[row * data.responses.stride + task] !=
        data.responses.data[rows.begin * data.responses.stride + task])
      return false;
  }
  return true;
}

class LinearSearch {
 public:
  LinearSearch(FeatureOperator const& features, Observations const& observations, LinearOptions const& options)
      : features_(features), observations_(observations), options_(options) {
    bool const additive = features.layout().blocks().empty() && features.parameters() <= most_primal_parameters;
    if (additive && features.parameters() > 0) gram_.emplace(features, observations);
  }

  std::vector<LinearFit> run() {
    Split const& split = observations_.split;
    search(split.train);
    std::vector<RidgeSide> sides;
    for (std::int64_t task = 0; task < observations_.tasks(); ++task) sides.push_back({task, chosen(task)});
    kernels::RowRange rows = split.train;
    if (split.validation.size() > 0) {
      expect(split.validation.begin == split.train.end, "validation rows must follow training rows");
      rows.end = split.validation.end;
    }
    if (rows.end != split.train.end || options_.lambdas.size() > 1)
      solved_ = solve(rows, sides, options_.tolerance, start_of(sides), true);
    std::vector<LinearFit> fits;
    for (std::int64_t task = 0; task < observations_.tasks(); ++task) fits.push_back(fit_of(task, rows));
    if (!options_.error_gauge.empty()) add_errors(rows, fits);
    return fits;
  }

 private:
  RidgeSolutions solve(kernels::RowRange rows, std::vector<RidgeSide> const& sides, double tolerance,
                       std::vector<double> const& start, bool counts_freedom, RidgeWatch* watch = nullptr) {
    RidgeProblem now = problem(rows, tolerance);
    now.counts_freedom = counts_freedom;
    now.watch = watch;
    SolverChoice const choice = choose_algorithm(now, sides, options_.solver);
    RidgeSolutions found = solve_ridge(choice.algorithm, now, sides, start);
    found.report.reason = choice.reason;
    return found;
  }
  RidgeProblem problem(kernels::RowRange rows, double tolerance) const {
    return {features_, observations_, rows, options_.pair_ratio, tolerance, options_.maximum_iterations, false, gram()};
  }

  AdditiveGram const* gram() const { return gram_ ? &*gram_ : nullptr; }

  // All tasks at all lambdas, and their scores.
  void search(kernels::RowRange rows) {
    for (std::int64_t task = 0; task < observations_.tasks(); ++task) {
      for (double const lambda : options_.lambdas) path_sides_.push_back({task, lambda});
    }
    bool const judged = observations_.split.validation.size() > 0;
    double const tolerance = judged ? std::max(options_.tolerance, search_tolerance) : options_.tolerance;
    scores_.assign(path_sides_.size(), not_a_number);
    RidgeAlgorithm const algorithm = choose_algorithm(problem(rows, tolerance), path_sides_, options_.solver).algorithm;
    if (judged && algorithm == RidgeAlgorithm::conjugate_gradients) {
      descend(rows, tolerance);
    } else {
      path_ = solve(rows, path_sides_, tolerance, {}, !judged && options_.lambdas.size() == 1);
      if (judged) scores_ = validation_scores(features_, observations_, path_sides_, path_);
    }
    solved_ = path_;
  }

  // From the largest lambda down, each solution starting from the one before, until every task's score has fallen
  // clearly: small lambdas need many iterations and seldom win.
  void descend(kernels::RowRange rows, double tolerance) {
    std::int64_t const tasks = observations_.tasks();
    std::size_t const width = path_sides_.size();
    path_.coefficients.assign(features_.parameters() * width, 0.0);
    path_.constants.assign(width, 0.0);
    std::vector<double> best(tasks, -std::numeric_limits<double>::infinity());
    RidgeSolutions at;
    for (std::size_t const lambda : descending(options_.lambdas)) {
      std::vector<RidgeSide> sides;
      for (std::int64_t task = 0; task < tasks; ++task) sides.push_back({task, options_.lambdas[lambda]});
      HopelessLambdas watch(features_, observations_, sides, best);
      at = solve(rows, sides, tolerance, at.coefficients, false, &watch);
      std::vector<double> const scores = validation_scores(features_, observations_, sides, at);
      bool fallen = true;
      for (std::int64_t task = 0; task < tasks; ++task) {
        std::size_t const column = task * options_.lambdas.size() + lambda;
        for (std::int64_t i = 0; i < features_.parameters(); ++i) {
          path_.coefficients[i * width + column] = at.coefficients[i * tasks + task];
        }
        path_.constants[column] = at.constants[task];
        scores_[column] = scores[task];
        fallen = fallen && (watch.ended(task) || !(scores[task] >= best[task] - clear_fall_of_r2));
        best[task] = std::max(best[task], scores[task]);
      }
      path_.report.algorithm = at.report.algorithm;
      path_.report.reason = at.report.reason;
      path_.report.iterations += at.report.iterations;
      path_.report.residual = std::max(path_.report.residual, at.report.residual);
      path_.report.converged = path_.report.converged && at.report.converged;
      if (fallen) return;
    }
  }

  std::span<double const> scores(std::int64_t task) const {
    return std::span(scores_).subspan(task * options_.lambdas.size(), options_.lambdas.size());
  }
  std::size_t choice(std::int64_t task) const {
    return is_constant(observations_, observations_.split.train, task) ? 0 : first_best(scores(task));
  }
  double chosen(std::int64_t task) const { return options_.lambdas[choice(task)]; }

  // Tasks with one lambda share everything that depends on the sequences alone.
  void add_errors(kernels::RowRange rows, std::vector<LinearFit>& fits) const {
    RidgeProblem const problem = this->problem(rows, options_.tolerance);
    std::map<double, UnitErrors> units;
    for (std::size_t task = 0; task < fits.size(); ++task) {
      LinearFit& fit = fits[task];
      auto const number = static_cast<std::int64_t>(task);
      auto const algorithm = algorithm_of_errors(problem, fit.lambda);
      if (!algorithm || features_.parameters() == 0 || is_constant(observations_, rows, number)) continue;
      auto found = units.find(fit.lambda);
      if (found == units.end()) {
        found = units.emplace(fit.lambda, unit_errors(*algorithm, problem, fit.lambda, options_.error_gauge)).first;
      }
      fit.errors = scaled_errors(found->second, residual_squares(problem, fit, number));
    }
  }

  double residual_squares(RidgeProblem const& problem, LinearFit const& fit, std::int64_t task) const {
    std::int64_t const rows = problem.rows.size();
    std::vector<double> values(rows);
    features_.multiply(problem.rows, {fit.coefficients.data(), features_.parameters(), 1, 1},
                       {values.data(), rows, 1, 1});
    double sum = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      std::int64_t const at = problem.rows.begin + row;
      double const residual =
          observations_.responses.data[at * observations_.responses.stride + task] - fit.constant - values[row];
      sum += problem.weight(at) * residual * residual;
    }
    return sum;
  }

  // The path's solutions at the chosen lambdas.
  std::vector<double> start_of(std::vector<RidgeSide> const& sides) const {
    std::size_t const width = path_sides_.size();
    std::vector<double> start(features_.parameters() * sides.size());
    for (std::int64_t i = 0; i < features_.parameters(); ++i) {
      for (std::size_t task = 0; task < sides.size(); ++task) {
        std::size_t const column = task * options_.lambdas.size() + choice(static_cast<std::int64_t>(task));
        start[i * sides.size() + task] = path_.coefficients[i * width + column];
      }
    }
    return start;
  }

  LinearFit fit_of(std::int64_t task, kernels::RowRange rows) const {
    LinearFit fit;
    fit.lambda = chosen(task);
    fit.lambda_scores.assign(scores(task).begin(), scores(task).end());
    fit.report = solved_.report;
    if (!solved_.degrees_of_freedom.empty()) fit.degrees_of_freedom = solved_.degrees_of_freedom[task];
    std::int64_t const tasks = observations_.tasks();
    std::int64_t const size = features_.parameters();
    fit.coefficients.assign(size, 0.0);
    if (is_constant(observations_, rows, task)) {
      fit.constant = observations_.responses.data[rows.begin * observations_.responses.stride + task];
      fit.lambda_scores.assign(options_.lambdas.size(), not_a_number);
      fit.degrees_of_freedom = 1;
    } else {
      for (std::int64_t i = 0; i < size; ++i) fit.coefficients[i] = solved_.coefficients[i * tasks + task];
      fit.constant = solved_.constants[task];
    }
    fit.parameters = features_.parameters_of(fit.constant, {fit.coefficients.data(), size, 1, 1}, 0,
                                             {fit.lambda, fit.lambda * options_.pair_ratio});
    return fit;
  }

  FeatureOperator const& features_;
  Observations const& observations_;
  LinearOptions const& options_;
  std::optional<AdditiveGram> gram_;  // for additive features that a dense factor may solve
  std::vector<RidgeSide> path_sides_;
  RidgeSolutions path_;
  std::vector<double> scores_;
  RidgeSolutions solved_;
};

}  // namespace

std::vector<LinearFit> fit_linear(FeatureOperator const& features, Observations const& observations,
                                  LinearOptions const& options) {
  validate(observations);
  check(options, observations.split);
  return LinearSearch(features, observations, options).run();
}

}  // namespace shoal::surrogate
