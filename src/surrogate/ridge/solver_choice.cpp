// SPDX-License-Identifier: MIT
// Which algorithm solves a ridge regression: by name, or by what each would cost.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/ridge/mutation_gram.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

constexpr std::array<std::string_view, 4> names = {"auto", "primal", "dual", "cg"};
constexpr double never = std::numeric_limits<double>::infinity();

// Seconds on one core of the machine of tests/bench/RESULTS.md; on a device estimates for one H200 (notes there).
struct Rates {
  double product;      // a multiplication and addition of a Cholesky factorisation
  double entry;        // an entry of a factor, in a solve and in the kernel matrix
  double look_up;      // an entry of a table, gathered or scattered
  double coefficient;  // all that conjugate gradients do to a coefficient per iteration
  double iteration;    // launches of an iteration's 27 kernels
};
constexpr Rates host_rates = {2.6e-11, 1.5e-8, 1.3e-9, 6.5e-8, 0};
constexpr Rates device_rates = {5e-14, 1e-9, 4e-11, 2e-10, 1.1e-4};
constexpr double more_columns = 0.45;  // a further right-hand side, beside the first

Rates rates_of(RidgeProblem const& problem) {
  return problem.features.backend().kind() == device::BackendKind::cuda ? device_rates : host_rates;
}

// Automatic factors take no more memory than this, however much there is: the choice must not depend on the machine.
constexpr double most_automatic_bytes = 4.5e9;

bool has_all_pairs(RidgeProblem const& problem) {
  auto const length = static_cast<std::size_t>(problem.observations.length());
  return problem.features.layout().pairs().size() == length * (length - 1) / 2;
}

bool is_penalised(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  return problem.pair_ratio > 0 &&
         std::all_of(sides.begin(), sides.end(), [](RidgeSide side) { return side.lambda > 0; });
}

std::set<double> lambdas_of(std::span<RidgeSide const> sides) {
  std::set<double> lambdas;
  for (RidgeSide const side : sides) lambdas.insert(side.lambda);
  return lambdas;
}

// Iterations of conjugate gradients at one lambda. In white coordinates the Gram matrix of random rows has its spectrum
// between rows (1 ± sqrt(parameters / rows))² (Marchenko and Pastur 1967), the preconditioner stands for rows, and both
// have the penalty besides. The condition number then bounds the iterations; the factor before its root is measured.
double iterations_at(double lambda, double rows, double parameters, double unit_penalty, double tolerance) {
  constexpr double measured = 1.2;
  double const share = lambda * unit_penalty / rows;
  double const width = std::sqrt(parameters / rows);
  double const low = width < 1 ? (1 - width) * (1 - width) : 0.0;
  double const condition = ((1 + width) * (1 + width) + share) / std::max(low + share, 1e-12);
  return std::min(measured * std::sqrt(condition) * std::log(2 / tolerance), 3 * (rows + parameters));
}

double gradient_seconds(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const parameters = static_cast<double>(problem.features.parameters());
  auto const rows = static_cast<double>(problem.rows.size());
  double inverse = 0;
  for (double const entry : problem.features.layout().penalty_diagonal(problem.penalty(1.0))) inverse += 1 / entry;
  double const listed = row_work(problem.features.layout(), problem.observations, problem.rows).features;
  Rates const rates = rates_of(problem);
  double const pass = 2 * rates.look_up * listed * rows + rates.coefficient * parameters + rates.iteration;
  double iterations = 0;
  std::set<double> const lambdas = lambdas_of(sides);
  for (double const lambda : lambdas) {
    iterations += iterations_at(lambda, rows, parameters, parameters / inverse, problem.tolerance);
  }
  double const columns = static_cast<double>(sides.size()) / static_cast<double>(lambdas.size());
  return iterations * pass * (1 + more_columns * (columns - 1));
}

double factor_seconds(RidgeProblem const& problem, std::span<RidgeSide const> sides, double size, double entries) {
  Rates const rates = rates_of(problem);
  auto const factors = static_cast<double>(lambdas_of(sides).size());
  double const solves = 2 * static_cast<double>(sides.size());
  return factors * (rates.product * size * size * size / 3 + entries * size * size) +
         solves * 0.5 * rates.entry * size * size;
}

std::string text_of(double seconds) {
  return std::isinf(seconds) ? "not possible" : fmt::format("{:.2g} s", seconds);
}

void refuse_size(RidgeProblem const& problem, char const* name, std::string const& what, double bytes) {
  auto const free = static_cast<double>(problem.features.backend().free_memory());
  if (bytes <= 0.9 * free) return;
  fail(ErrorCode::config,
       fmt::format("--solver {}: {} need {:.3g} GB of memory, of which {:.3g} GB are free; choose cg", name, what,
                   bytes / 1e9, free / 1e9));
}

RidgeAlgorithm named_algorithm(RidgeProblem const& problem, std::span<RidgeSide const> sides, RidgeSolver solver) {
  if (solver == RidgeSolver::gradients) return RidgeAlgorithm::conjugate_gradients;
  if (solver == RidgeSolver::primal) {
    std::int64_t const size = problem.features.parameters();
    refuse_size(problem, "primal", fmt::format("{} parameters", size), primal_bytes(size));
    return RidgeAlgorithm::primal_cholesky;
  }
  if (!is_penalised(problem, sides)) fail(ErrorCode::config, "--solver dual needs lambdas above 0");
  refuse_size(problem, "dual", fmt::format("{} rows", problem.rows.size()), dual_bytes(problem.rows.size()));
  return RidgeAlgorithm::dual_cholesky;
}

// Small problems have dense factors, which also give degrees of freedom and standard errors. Additive features were
// always solved by this rule.
RidgeAlgorithm small_algorithm(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  constexpr double most_gram_seconds = 1;
  auto const parameters = problem.features.parameters();
  bool const few = parameters <= most_primal_parameters;
  if (few && gram_cost(problem).seconds <= most_gram_seconds) return RidgeAlgorithm::primal_cholesky;
  bool const countable = problem.features.layout().pairs().empty() || has_all_pairs(problem);
  bool const dual = problem.rows.size() <= most_dual_rows && problem.rows.size() < parameters;
  return countable && dual && is_penalised(problem, sides) ? RidgeAlgorithm::dual_cholesky
                                                           : RidgeAlgorithm::conjugate_gradients;
}

}  // namespace

RidgeSolver parse_ridge_solver(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<RidgeSolver>(i);
  }
  fail(ErrorCode::config, fmt::format("unknown solver '{}': choose auto, primal, dual or cg", quoted(name)));
}

std::string_view to_string(RidgeSolver solver) {
  return names[static_cast<std::size_t>(solver)];
}

std::string_view to_string(RidgeAlgorithm algorithm) {
  switch (algorithm) {
    case RidgeAlgorithm::primal_cholesky:
      return "primal Cholesky";
    case RidgeAlgorithm::dual_cholesky:
      return "dual Cholesky";
    case RidgeAlgorithm::conjugate_gradients:
      break;
  }
  return "conjugate gradients";
}

double primal_bytes(std::int64_t parameters) {
  return 16.0 * static_cast<double>(parameters) * static_cast<double>(parameters);
}

double dual_bytes(std::int64_t rows) {
  return 8.0 * static_cast<double>(rows) * static_cast<double>(rows);
}

SolverCosts solver_costs(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const parameters = static_cast<double>(problem.features.parameters());
  auto const rows = static_cast<double>(problem.rows.size());
  SolverCosts costs{never, never, gradient_seconds(problem, sides)};
  bool const determined = is_penalised(problem, sides) || rows > parameters;
  if (determined && primal_bytes(problem.features.parameters()) <= most_automatic_bytes) {
    costs.primal = gram_cost(problem).seconds + factor_seconds(problem, sides, parameters, host_rates.entry);
  }
  if (is_penalised(problem, sides) && dual_bytes(problem.rows.size()) <= most_automatic_bytes) {
    costs.dual = factor_seconds(problem, sides, rows, host_rates.entry);
  }
  return costs;
}

SolverChoice choose_algorithm(RidgeProblem const& problem, std::span<RidgeSide const> sides, RidgeSolver solver) {
  if (solver != RidgeSolver::automatic) {
    return {named_algorithm(problem, sides, solver), fmt::format("--solver {}", to_string(solver))};
  }
  RidgeAlgorithm const small = small_algorithm(problem, sides);
  if (small != RidgeAlgorithm::conjugate_gradients || problem.features.layout().blocks().empty()) {
    return {small, "chosen by size"};
  }
  SolverCosts const costs = solver_costs(problem, sides);
  RidgeAlgorithm cheapest = RidgeAlgorithm::conjugate_gradients;
  if (costs.primal < costs.gradients) cheapest = RidgeAlgorithm::primal_cholesky;
  if (costs.dual < std::min(costs.primal, costs.gradients)) cheapest = RidgeAlgorithm::dual_cholesky;
  return {cheapest, fmt::format("chosen by estimates for one core: primal {}, dual {}, conjugate gradients {}",
                                text_of(costs.primal), text_of(costs.dual), text_of(costs.gradients))};
}

}  // namespace shoal::surrogate
