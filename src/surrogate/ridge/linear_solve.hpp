// SPDX-License-Identifier: MIT
// Ridge regression on a feature operator, for many responses and penalties at once: the choice of the algorithm, and
// the algorithms. All minimise Σ w (y - c - phi)² + lambda (Σ theta_l² + pair_ratio Σ theta_ll'²) with a free constant
// c.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "surrogate/parameters.hpp"
#include "surrogate/ridge/linear_fit.hpp"
#include "surrogate/ridge/ridge_solver.hpp"

namespace shoal::surrogate {

class AdditiveGram;

// One right-hand side.
struct RidgeSide {
  std::int64_t task = 0;
  double lambda = 0;
};

// Looks at solutions while they are computed.
class RidgeWatch {
 public:
  virtual ~RidgeWatch() = default;
  // Whether to stop at these coefficients [parameters, 1] of the side with this number because they will not be wanted.
  // They lie in the memory of the features' backend.
  virtual bool gives_up(std::int64_t number, Coefficients coefficients) = 0;
};

struct RidgeProblem {
  FeatureOperator const& features;
  Observations const& observations;
  kernels::RowRange rows;  // that are fitted
  double pair_ratio = 1;
  double tolerance = 1e-8;
  int maximum_iterations = 2000;
  bool counts_freedom = false;         // degrees of freedom of the solutions are wanted
  AdditiveGram const* gram = nullptr;  // Gram matrix of additive features, where several problems share it
  RidgeWatch* watch = nullptr;         // watches conjugate gradients, asked every few iterations

  Penalty penalty(double lambda) const { return {lambda, lambda * pair_ratio}; }
  double weight(std::int64_t row) const { return observations.weights.empty() ? 1.0 : observations.weights[row]; }
  double response(std::int64_t row, std::int64_t task) const {
    return observations.responses.data[row * observations.responses.stride + task];
  }
  double total_weight() const;
  // The weighted mean of a task's responses over the rows.
  double mean_response(std::int64_t task) const;
  // Right-hand sides Phi^T W (y - mean) [parameters, sides].
  std::vector<double> right_sides(std::span<RidgeSide const> sides) const;
  // The constant that makes the weighted residuals of every column sum to 0.
  std::vector<double> constants(std::span<RidgeSide const> sides, Coefficients coefficients) const;
};

struct RidgeSolutions {
  std::vector<double> coefficients;  // [parameters, sides]
  std::vector<double> constants;     // [sides]
  SolveReport report;
  // [sides], where they are wanted and a factorisation gives them: the trace of the hat matrix, the constant's 1
  // included; else empty.
  std::vector<double> degrees_of_freedom = {};
};

// Largest number of rows of a library whose kernel matrix is always factorised, since that also counts degrees of
// freedom; for parameters it is most_primal_parameters.
inline constexpr std::int64_t most_dual_rows = 2500;

enum class RidgeAlgorithm { primal_cholesky, dual_cholesky, conjugate_gradients };

std::string_view to_string(RidgeAlgorithm algorithm);  // "primal Cholesky", …

// Seconds that each algorithm is estimated to need on one core, on a CUDA backend with its factors on one H200.
// Infinite where it cannot solve the sides, or where its factor is larger than 4.5 GB.
struct SolverCosts {
  double primal = 0;
  double dual = 0;
  double gradients = 0;
};
SolverCosts solver_costs(RidgeProblem const& problem, std::span<RidgeSide const> sides);

// Bytes of the Gram matrix and the factor, and of the kernel matrix.
double primal_bytes(std::int64_t parameters);
double dual_bytes(std::int64_t rows);

struct SolverChoice {
  RidgeAlgorithm algorithm = RidgeAlgorithm::conjugate_gradients;
  std::string reason;  // for the notes of a fit
};
// The named algorithm, or by size: primal where parameters are few (no more than most_primal_parameters, with a Gram
// matrix of at most a second); dual where rows are fewer than parameters and no more than most_dual_rows, every lambda
// is positive and the features are additive or all pairs. Else conjugate gradients for additive features, and for pairs
// what costs least. The choice depends on the data, the options and the kind of backend alone. Errors: config, when a
// named algorithm needs more memory than is free, or positive lambdas.
SolverChoice choose_algorithm(RidgeProblem const& problem, std::span<RidgeSide const> sides, RidgeSolver solver);

// `start` [parameters, sides] is a first guess for conjugate gradients and may be empty. Errors: numeric, when
// lambda is 0 on a singular system.
RidgeSolutions solve_by_gradients(RidgeProblem const& problem, std::span<RidgeSide const> sides,
                                  std::vector<double> const& start);
RidgeSolutions solve_primal(RidgeProblem const& problem, std::span<RidgeSide const> sides);
RidgeSolutions solve_dual(RidgeProblem const& problem, std::span<RidgeSide const> sides);
RidgeSolutions solve_ridge(RidgeAlgorithm algorithm, RidgeProblem const& problem, std::span<RidgeSide const> sides,
                           std::vector<double> const& start);

}  // namespace shoal::surrogate
