// SPDX-License-Identifier: MIT
// Solutions of the ridge normal equations of a design.
#pragma once

#include <vector>

#include "surrogate/ridge/contrast_design.hpp"

namespace shoal::surrogate {

// Fits of all tasks at every lambda on all blocks but `left_out`: element task * lambdas.size() + l. One factorisation
// serves the list where lambdas are close beside the spectrum (shifted_solve.hpp), else each has its own. Errors:
// numeric.
std::vector<ContrastFit> solve_path(ContrastDesign const& design, int left_out, std::vector<double> const& lambdas);

// Fits of all tasks at one lambda on all blocks, with their effective degrees of freedom, the intercept included:
// 1 + trace((G + lambda I)^-1 G).
struct FullFit {
  std::vector<ContrastFit> fits;  // [tasks]
  double degrees_of_freedom = 0;
};

// Errors: numeric.
FullFit solve_full(ContrastDesign const& design, double lambda);

// The covariance of the coefficients for errors of variance 1, A^-1 G A^-1 with A = G + lambda I (parameter_errors.hpp
// defines it and what follows), and N - 2 tr H + tr H².
struct ContrastSpread {
  std::vector<double> covariance;  // [features, features]
  double residual_degrees = 0;
};

// Errors: numeric.
ContrastSpread solve_spread(ContrastDesign const& design, double lambda);

}  // namespace shoal::surrogate
