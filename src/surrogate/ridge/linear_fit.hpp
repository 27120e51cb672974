// SPDX-License-Identifier: MIT
// Ridge regression with additive, neighbour or pairwise features: many penalties and tasks in one solve.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/not_a_number.hpp"
#include "surrogate/features/feature_operator.hpp"
#include "surrogate/ridge/ridge_solver.hpp"

namespace shoal::surrogate {

struct LinearOptions {
  FeatureOptions features;
  std::vector<double> lambdas = {1, 10, 100, 1000};  // in Σ w (y - f)² + lambda Σ theta², free intercept
  double pair_ratio = 1;                             // lambda_pair / lambda_additive
  double tolerance = 1e-8;                           // preconditioned residual of conjugate gradients, relative
  int maximum_iterations = 2000;
  RidgeSolver solver = RidgeSolver::automatic;
  // [length, alphabet]: the gauge in which standard errors of the parameters are wanted; empty: no errors.
  std::span<double const> error_gauge = {};
};

// How the solution was found, for the log and the store.
struct SolveReport {
  std::string algorithm;  // "conjugate gradients", "primal Cholesky", "dual Cholesky"
  int iterations = 0;
  double residual = 0;  // relative, preconditioned, the largest over right-hand sides
  bool converged = true;
  std::string reason = {};  // why this algorithm
};

// One task's fit.
struct LinearFit {
  Parameters parameters;             // in the ridge's own gauge, units of y
  double constant = 0;               // intercept of the coefficients
  std::vector<double> coefficients;  // [parameters] in the operator's coordinates, the start of a nonlinear fit
  double lambda = 0;
  // R² on the validation rows at each lambda. NaN if conjugate gradients did not get there, because the score of a
  // larger lambda had fallen clearly (by 0.003) below the best. If a solution was ended because its score fell, this is
  // the score on the way.
  std::vector<double> lambda_scores;
  SolveReport report;
  // The trace of the hat matrix, including 1 for the constant; NaN if no factorisation gives it.
  double degrees_of_freedom = not_a_number;
  std::optional<ParameterErrors> errors;  // if they are wanted and can be had (parameter_errors.hpp)
};

// Fits every task. Lambda is chosen by R² on the validation rows: the first best of the list, each solved to a residual
// of 1e-4, or to `tolerance` if that is larger. If the split has validation rows, one more solve on training and
// validation rows together follows at that lambda. Errors: config; numeric, naming task or row, when a response is not
// finite or a singular system has lambda 0. A constant response gives parameters 0.
std::vector<LinearFit> fit_linear(FeatureOperator const& features, Observations const& observations,
                                  LinearOptions const& options);

}  // namespace shoal::surrogate
