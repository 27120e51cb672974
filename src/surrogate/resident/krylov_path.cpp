// SPDX-License-Identifier: MIT
#include "surrogate/resident/krylov_path.hpp"

#include <cmath>

namespace shoal::surrogate {

double expected_krylov_steps(double lowest, double highest, double lambda) {
  double const root = std::sqrt((highest + lambda) / (lowest + lambda));
  return root > 1 ? std::log(2 / krylov_residual) / std::log((root + 1) / (root - 1)) : 1.0;
}

std::optional<std::vector<double>> krylov_weights(std::span<double const> projected, std::size_t size, double norm,
                                                  double lambda) {
  std::size_t const all = projected.size() / 2;
  std::vector<double> weights(all, 0.0);
  if (!(norm > 0)) return weights;
  std::size_t steps = 1;
  while (steps < all && projected[2 * steps - 1] > 0) ++steps;
  // Elimination of a symmetric tridiagonal matrix whose right-hand side is norm e_1.
  std::vector<double> pivots(steps);
  weights[0] = norm;
  for (std::size_t i = 0; i < steps; ++i) {
    pivots[i] = projected[2 * i] + lambda;
    if (i > 0) {
      double const factor = projected[2 * i - 1] / pivots[i - 1];
      pivots[i] -= factor * projected[2 * i - 1];
      weights[i] = -factor * weights[i - 1];
    }
    if (!(pivots[i] > 0)) return std::nullopt;
  }
  for (std::size_t i = steps; i-- > 0;) {
    double const next = i + 1 < steps ? projected[2 * i + 1] * weights[i + 1] : 0.0;
    weights[i] = (weights[i] - next) / pivots[i];
  }
  bool const complete = steps >= size || !(projected[2 * steps - 1] > 0);
  // The residual is along the vector after the last step.
  double const residual = projected[2 * steps - 1] * std::abs(weights[steps - 1]) / norm;
  if (!complete && residual > krylov_residual) return std::nullopt;
  return weights;
}

}  // namespace shoal::surrogate
