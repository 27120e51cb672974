// SPDX-License-Identifier: MIT
// Least squares for a response curve when the latent values are given.
#pragma once

#include <span>
#include <vector>

#include "surrogate/curve_shape.hpp"

namespace shoal::surrogate {

// Means of latent values and responses in groups of neighbouring phi, and the weight of each group.
struct CurveData {
  std::vector<double> phi;
  std::vector<double> responses;
  std::vector<double> weights;
};

// Up to `groups` groups of nearly equal numbers of rows, by ascending phi. `weights` may be empty: all 1.
CurveData grouped_by_phi(std::span<double const> phi, std::span<double const> responses,
                         std::span<double const> weights, int groups);

// The ridge on curve parameters and the weight of the condition on the mean slope, beside Σ w (y - g)² over responses
// of unit variance.
struct CurvePenalty {
  double ridge = 0;
  double mean_slope = 0;
};

// What the penalties add to least squares for the curve's parameters: their sum and, where asked for, the matrix J^T J
// [size, size] and the right-hand side -J^T r [size] of a Gauss-Newton step, both added to.
double add_curve_penalty(CurveShape const& shape, CurvePenalty penalty, std::span<double const> parameters,
                         double* matrix, double* side);

// Solves (matrix + damping diag(matrix)) step = side. `matrix` [size, size] is symmetric; a singular one gets the
// smallest shift of its diagonal that makes it definite.
std::vector<double> damped_step(std::vector<double> matrix, double damping, std::vector<double> side);

struct CurveFit {
  std::vector<double> parameters;
  double objective = 0;
};

// Levenberg-Marquardt from `start`.
CurveFit fit_curve(CurveShape const& shape, CurveData const& data, CurvePenalty penalty, std::vector<double> start);

// Starting parameters for latent values with standard deviation `scale`, in order of trust: nearly a line, a sigmoid
// about the middle, a sigmoid that begins high (convex) and one that ends low (concave). One for other kinds.
std::vector<std::vector<double>> curve_starts(CurveShape const& shape, double scale);

}  // namespace shoal::surrogate
