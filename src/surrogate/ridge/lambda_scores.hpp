// SPDX-License-Identifier: MIT
// The criteria by which lambda is chosen, at every lambda of the list.
#pragma once

#include <vector>

#include "surrogate/additive_ridge.hpp"
#include "surrogate/ridge/contrast_design.hpp"

namespace shoal::surrogate {

// [tasks][lambdas]: the mean over folds (the design's blocks) of R² on the fold that was left out. Larger is better.
std::vector<std::vector<double>> kfold_scores(ContrastDesign const& design, std::vector<double> const& lambdas);

// [tasks][lambdas], in closed form from one eigendecomposition, smaller is better. loo: the mean squared leave-one-out
// error, residual_n / (1 - h_n) with h_n = 1/N + sum_i q_ni² / (s_i + lambda), q the centred rows in eigenvectors.
// gcv: (RSS/N) / (1 - df/N)².
std::vector<std::vector<double>> spectral_scores(ContrastDesign const& design, LambdaSelection selection,
                                                 std::vector<double> const& lambdas);

// Index of the best score, the first among equals; 0 when none is a number.
std::size_t best_lambda(std::vector<double> const& scores, LambdaSelection selection);

}  // namespace shoal::surrogate
