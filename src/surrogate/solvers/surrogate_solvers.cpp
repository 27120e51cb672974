// SPDX-License-Identifier: MIT
#include "surrogate/solvers/surrogate_solvers.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "surrogate/data/library_checks.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/sparse/group_lasso_search.hpp"
#include "surrogate/sparse/sparse_search.hpp"

namespace shoal::surrogate {

namespace {

std::ptrdiff_t effects(Parameters const& parameters) {
  return std::count_if(parameters.additive.begin(), parameters.additive.end(),
                       [](double effect) { return effect != 0.0; });
}

// Whether the path has such a point depends on the scores: it is a failure of one locus, not of the whole scan.
SparseFit fit_letters(Observations const& observations, std::int64_t task, std::int64_t count) {
  try {
    return fit_sparse(observations, {0, fitted_rows(observations)}, task, count);
  } catch (Error const& error) {
    fail(ErrorCode::numeric, error.what());
  }
}

std::vector<double> penalties_of_theta(double theta_penalty, kernels::RowRange train) {
  std::vector<double> lambdas;
  double const rows = static_cast<double>(train.size());
  for (double const share : {0.03, 0.1, 0.3, 1.0}) lambdas.push_back(2 * share * rows * theta_penalty);
  return lambdas;
}

void take(LinearFit&& solved, SurrogateFit& fit) {
  fit.parameters = std::move(solved.parameters);
  fit.lambda = solved.lambda;
  fit.lambda_scores = std::move(solved.lambda_scores);
  fit.algorithm = solved.report.algorithm;
  fit.solver_reason = solved.report.reason;
  fit.iterations = solved.report.iterations;
  fit.converged = solved.report.converged;
  fit.degrees_of_freedom = solved.degrees_of_freedom;
  fit.errors = std::move(solved.errors);
}

void take(GlobalEpistasisFit&& solved, SurrogateFit& fit) {
  fit.parameters = std::move(solved.parameters);
  fit.curve = std::move(solved.curve);
  fit.noise = std::move(solved.noise);
  fit.lambda = solved.lambda;
  fit.lambda_scores = std::move(solved.lambda_scores);
  fit.algorithm = "Gauss-Newton";
  fit.iterations = solved.iterations;
  fit.converged = solved.converged;
  fit.noise_rounds = solved.noise_rounds;
  fit.flat_fraction = solved.flat_fraction;
  fit.diagnostic = std::move(solved.diagnostic);
  fit.errors = std::move(solved.errors);
}

}  // namespace

bool is_sparse(Solver solver) {
  return solver == Solver::lasso || solver == Solver::elastic_net || solver == Solver::sparse;
}

void SurrogateSolvers::solve(SurrogateName const& name, std::vector<SurrogateFit>& fits) {
  if (is_sparse(name.solver)) return solve_sparse(name.solver, fits);
  LinearOptions const linear = linear_options(name.interactions);
  FeatureOperator const& phi = features(linear);
  if (name.solver == Solver::group_lasso) return solve_groups(phi, fits);
  if (name.solver == Solver::global_epistasis) return solve_epistasis(phi, linear, fits);
  auto solved = fit_linear(phi, observations_, linear);
  for (std::size_t task = 0; task < fits.size(); ++task) take(std::move(solved[task]), fits[task]);
}

LinearOptions SurrogateSolvers::linear_options(Interactions interactions) const {
  LinearOptions linear;
  linear.features = options_.features;
  linear.features.interactions = interactions;
  linear.lambdas = options_.lambdas;
  linear.pair_ratio = options_.pair_ratio;
  linear.solver = options_.solver;
  if (options_.standard_errors) linear.error_gauge = frequencies_;
  return linear;
}

FeatureOperator const& SurrogateSolvers::features(LinearOptions const& linear) {
  auto const found = operators_.find(linear.features.interactions);
  if (found != operators_.end()) return found->second;
  return operators_.emplace(linear.features.interactions, FeatureOperator(backend_, observations_, linear.features))
      .first->second;
}

void SurrogateSolvers::solve_groups(FeatureOperator const& phi, std::vector<SurrogateFit>& fits) const {
  for (std::size_t task = 0; task < fits.size(); ++task) {
    auto const number = static_cast<std::int64_t>(task);
    if (constant_response(observations_, number)) continue;
    auto found = search_group_lasso(phi, observations_, number, options_.alphas);
    SurrogateFit& fit = fits[task];
    fit.parameters = std::move(found.fit.parameters);
    fit.lambda = found.alpha;
    fit.lambda_scores = std::move(found.scores);
    fit.algorithm = "accelerated proximal gradients";
    fit.iterations = found.fit.iterations;
    fit.converged = found.fit.converged;
    fit.chosen_pairs = found.fit.chosen;
  }
}

void SurrogateSolvers::solve_sparse(Solver solver, std::vector<SurrogateFit>& fits) const {
  for (std::size_t task = 0; task < fits.size(); ++task) {
    SparseSearch found;
    auto const number = static_cast<std::int64_t>(task);
    if (constant_response(observations_, number)) continue;
    if (solver == Solver::sparse) {
      found.fit = fit_letters(observations_, number, options_.sparse_letters);
    } else {
      found =
          search_elastic_net(observations_, number, options_.alphas, solver == Solver::lasso ? 1.0 : options_.l1_ratio);
    }
    SurrogateFit& fit = fits[task];
    fit.parameters = std::move(found.fit.parameters);
    fit.lambda = found.alpha;
    fit.lambda_scores = std::move(found.scores);
    fit.algorithm = solver == Solver::sparse ? "path of the lasso" : "coordinate descent";
    fit.iterations = found.fit.sweeps;
    fit.converged = found.fit.converged;
    if (solver == Solver::lasso) fit.degrees_of_freedom = 1.0 + static_cast<double>(effects(fit.parameters));
  }
}

void SurrogateSolvers::solve_epistasis(FeatureOperator const& phi, LinearOptions const& linear,
                                       std::vector<SurrogateFit>& fits) const {
  GlobalEpistasisOptions options{.linear = linear,
                                 .curve = options_.curve,
                                 .sigmoids = options_.sigmoids,
                                 .noise = options_.noise,
                                 .noise_order = options_.noise_order,
                                 .noise_rounds = options_.noise_rounds,
                                 .measured = options_.measured};
  if (options_.theta_penalty > 0) {
    options.linear.lambdas = penalties_of_theta(options_.theta_penalty, observations_.split.train);
  }
  for (std::size_t task = 0; task < fits.size(); ++task) {
    auto const number = static_cast<std::int64_t>(task);
    if (constant_response(observations_, number)) continue;
    take(fit_global_epistasis(phi, observations_, number, options), fits[task]);
    fits[task].curve_is_mean = options.noise == NoiseKind::automatic && fits[task].noise_rounds == 0;
  }
}

}  // namespace shoal::surrogate
