// SPDX-License-Identifier: MIT
// Ridge regression on a feature operator, for many responses and penalties at once: the choice of the algorithm, and
// the algorithms. All minimise Σ w (y - c - phi)² + lambda (Σ theta_l² + pair_ratio Σ theta_ll'²) with a free constant
// c.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "surrogate/parameters.hpp"
#include "surrogate/ridge/linear_fit.hpp"

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

// Largest number of rows for which a dense factorisation is tried; for parameters it is most_primal_parameters.
inline constexpr std::int64_t most_dual_rows = 2500;

enum class RidgeAlgorithm { primal_cholesky, dual_cholesky, conjugate_gradients };

// Primal where parameters are few (no more than most_primal_parameters, and rows * parameters² under 4e10: half a
// second); dual where rows are fewer than parameters and no more than most_dual_rows, every lambda is positive and the
// features are additive or all pairs; else conjugate gradients.
RidgeAlgorithm choose_algorithm(RidgeProblem const& problem, std::span<RidgeSide const> sides,
                                Interactions interactions, bool all_pairs);

// `start` [parameters, sides] is a first guess for conjugate gradients and may be empty. Errors: numeric, when
// lambda is 0 on a singular system.
RidgeSolutions solve_by_gradients(RidgeProblem const& problem, std::span<RidgeSide const> sides,
                                  std::vector<double> const& start);
RidgeSolutions solve_primal(RidgeProblem const& problem, std::span<RidgeSide const> sides);
RidgeSolutions solve_dual(RidgeProblem const& problem, std::span<RidgeSide const> sides);
RidgeSolutions solve_ridge(RidgeAlgorithm algorithm, RidgeProblem const& problem, std::span<RidgeSide const> sides,
                           std::vector<double> const& start);

}  // namespace shoal::surrogate
