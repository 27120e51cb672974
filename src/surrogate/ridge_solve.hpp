// SPDX-License-Identifier: MIT
// Solutions of the ridge normal equations of a design.
#pragma once

#include <vector>

#include "surrogate/contrast_design.hpp"

namespace shoal::surrogate {

// Fits of all tasks at every lambda on all blocks but `left_out`: element task * lambdas.size() + l. Errors: numeric.
std::vector<ContrastFit> solve_path(ContrastDesign const& design, int left_out, std::vector<double> const& lambdas);

// Effective degrees of freedom on all blocks, the intercept included: 1 + trace((G + lambda I)^-1 G). Errors: numeric.
double degrees_of_freedom(ContrastDesign const& design, double lambda);

// The fit with these coefficients whose constant makes residuals sum to zero over all blocks but `left_out`.
ContrastFit with_offset(ContrastDesign const& design, int left_out, std::int64_t task,
                        std::vector<double> coefficients);

}  // namespace shoal::surrogate
