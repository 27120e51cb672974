// SPDX-License-Identifier: MIT
// Least squares for a response curve when the latent values are given.
#pragma once

#include <span>
#include <vector>

#include "surrogate/epistasis/curve_shape.hpp"

namespace shoal::surrogate {

// Means of latent values and responses in groups of neighbouring phi, and the weight of each group.
struct CurveData {
  std::vector<double> phi;
  std::vector<double> responses;
  std::vector<double> weights;
};

// Enough groups that a curve fitted to them is as good as one fitted to all rows.
inline constexpr int curve_groups = 256;

// Up to `groups` groups of nearly equal numbers of rows, by ascending phi; none has weight 0. Empty `weights` mean
// all 1.
CurveData grouped_by_phi(std::span<double const> phi, std::span<double const> responses,
                         std::span<double const> weights, int groups);

// A ridge on all curve parameters except the first, which is an offset, about the shape's prior: ridge Σ (p - prior)²,
// beside Σ w (y - g)² over responses of unit variance; and the shape's ridge on sigmoids that are too steep. Returns
// it. If asked for, adds its part of a Gauss-Newton step's matrix J^T J [size, size] and right-hand side -J^T r [size].
double add_curve_penalty(CurveShape const& shape, double ridge, std::span<double const> parameters, double* matrix,
                         double* side);

// Solves (matrix + damping diag(matrix)) step = side. `matrix` [size, size] is symmetric; a singular one gets the
// smallest shift of its diagonal that makes it definite.
std::vector<double> damped_step(std::vector<double> matrix, double damping, std::vector<double> side);

struct CurveFit {
  std::vector<double> parameters;
  double objective = 0;
};

// Levenberg-Marquardt from `start`. With `slope_ridge` > 0 the sum of slope_ridge w g'² is added to the objective, g'
// the slope between neighbouring groups: a step that hides between two groups gains nothing.
CurveFit fit_curve(CurveShape const& shape, CurveData const& data, double ridge, std::vector<double> start,
                   double slope_ridge = 0);

// Starting parameters for latent values with standard deviation `scale`, in order of trust: nearly a line, a sigmoid
// about the middle, a sigmoid that begins high (convex) and one that ends low (concave). One for other kinds.
std::vector<std::vector<double>> curve_starts(CurveShape const& shape, double scale);

}  // namespace shoal::surrogate
