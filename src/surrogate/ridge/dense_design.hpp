// SPDX-License-Identifier: MIT
// Rows of the design matrix, written out for the dense solvers one tile at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/features/feature_layout.hpp"

namespace shoal::surrogate {

// The weighted Gram matrix of the centred features, [parameters, parameters], lower triangle: Σ over the rows of
// w (phi - means)(phi - means)^T, with `means` [parameters] the weighted means. Rows are added in order.
std::vector<double> centred_gram(FeatureLayout const& layout, Observations const& observations, kernels::RowRange rows,
                                 std::vector<double> const& means);

// matrix [parameters, parameters] of the ridge penalty.
std::vector<double> dense_penalty(FeatureLayout const& layout, Penalty penalty, int threads);

// solutions = M^-1 right_sides, one column each. Exact, by way of the gauge in which M is diagonal. Both lambdas > 0.
void divide_by_penalty(FeatureLayout const& layout, Penalty penalty, Coefficients right_sides,
                       MutableCoefficients solutions);

}  // namespace shoal::surrogate
