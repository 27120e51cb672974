// SPDX-License-Identifier: MIT
// shoal_bench_solvers THREADS LENGTH ROWS RATE LAMBDA SOLVER …: one pairwise ridge on a random-mutagenesis library by
// each of the solvers primal, dual, cg (to 1e-8, as a fit's last solve) and cg12 (to 1e-12). One line per solver: the
// estimate by which auto chooses, processor seconds, seconds on the clock, and the largest difference of a parameter
// from the first solver's, as a share of the largest parameter. The first line has what auto chooses at 1e-12, and why.
#include <cmath>
#include <ctime>
#include <optional>

#include "bench/bench_program.hpp"
#include "surrogate/epistasis_truth.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace {

using namespace shoal;
using namespace shoal::surrogate;

double estimate(RidgeAlgorithm algorithm, SolverCosts const& costs) {
  if (algorithm == RidgeAlgorithm::primal_cholesky) return costs.primal;
  return algorithm == RidgeAlgorithm::dual_cholesky ? costs.dual : costs.gradients;
}

std::vector<double> parameters_of(RidgeProblem const& problem, RidgeSolutions const& solved, double lambda) {
  Coefficients const column{solved.coefficients.data(), problem.features.parameters(), 1, 1};
  Parameters const found = problem.features.parameters_of(solved.constants[0], column, 0, problem.penalty(lambda));
  std::vector<double> all = found.additive;
  all.insert(all.end(), found.pair_effects.begin(), found.pair_effects.end());
  return all;
}

double relative_difference(std::vector<double> const& found, std::vector<double> const& expected) {
  double largest = 0;
  double apart = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    apart = std::max(apart, std::abs(found[i] - expected[i]));
  }
  return apart / largest;
}

int run(std::vector<std::string> const& arguments) {
  auto const backend = device::Backend::cpu(std::stoi(arguments[0]));
  double const lambda = std::stod(arguments[4]);
  test::Truth truth = test::drawn_truth({.length = std::stoll(arguments[1]),
                                         .rows = std::stoll(arguments[2]),
                                         .pairwise = true,
                                         .rate = std::stod(arguments[3])});
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {Interactions::pairwise, 0, std::nullopt});
  std::vector<RidgeSide> const sides{{0, lambda}};
  std::vector<double> first;
  RidgeProblem const exact_problem{features, observations, {0, truth.rows()}, 1.0, 1e-12, 20000};
  SolverChoice const choice = choose_algorithm(exact_problem, sides, RidgeSolver::automatic);
  fmt::print("auto at 1e-12: {}, {}\n", to_string(choice.algorithm), choice.reason);
  std::fflush(stdout);
  for (std::size_t i = 5; i < arguments.size(); ++i) {
    bool const exact = arguments[i] == "cg12";
    RidgeProblem const problem{features, observations, {0, truth.rows()}, 1.0, exact ? 1e-12 : 1e-8, 20000};
    RidgeSolver const solver = parse_ridge_solver(exact ? "cg" : arguments[i]);
    RidgeAlgorithm const algorithm = choose_algorithm(problem, sides, solver).algorithm;
    SolverCosts const costs = solver_costs(problem, sides);
    RidgeSolutions solved;
    std::clock_t const start = std::clock();
    double const seconds = bench::seconds_of([&] { solved = solve_ridge(algorithm, problem, sides, {}); });
    double const processor = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    std::vector<double> const found = parameters_of(problem, solved, lambda);
    if (first.empty()) first = found;
    fmt::print(
        "L {} N {} P {} lambda {:g} {:<5} estimate {:.3g} s, processor {:.3f} s, clock {:.3f} s, {} iterations, "
        "apart {:.1e}\n",
        truth.length, truth.rows(), features.parameters(), lambda, arguments[i], estimate(algorithm, costs), processor,
        seconds, solved.report.iterations, relative_difference(found, first));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return shoal::bench::main_of(count, values, 5, "shoal_bench_solvers THREADS LENGTH ROWS RATE LAMBDA [SOLVER …]", run);
}
