// SPDX-License-Identifier: MIT
// The host's small part of a ridge path in Krylov spaces (kernels/library/ridge_path.hpp): how many steps it takes, and
// the weights of the vectors in the solution of every penalty.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace shoal::surrogate {

// Residuals below this share of the right-hand side end a path. A fold's R² then has an error of about this size.
inline constexpr double krylov_residual = 1e-11;

// Steps after which conjugate gradients on matrices with eigenvalues lowest … highest, plus the smallest lambda, have a
// residual of krylov_residual; lowest + lambda is positive.
double expected_krylov_steps(double lowest, double highest, double lambda);

// Weights [steps] of the vectors in the solution x of (A + lambda I) x = b, |b| = `norm`, from the projected matrix
// [steps, 2]: its diagonal and what stands below it. None when the residual is too large, or the projected matrix plus
// lambda is not positive definite. A number 0 below the diagonal, or `size` steps, complete the space.
std::optional<std::vector<double>> krylov_weights(std::span<double const> projected, std::size_t size, double norm,
                                                  double lambda);

}  // namespace shoal::surrogate
