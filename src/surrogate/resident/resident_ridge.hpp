// SPDX-License-Identifier: MIT
// Additive ridge whose matrices, predictions and traces stay in the memory of a backend: what a device computes without
// the host waiting for each of its steps. All folds and penalties are solved together in Krylov spaces of the folds'
// Gram matrices, and the final fits by Cholesky factors that nobody waits for. The CPU backend can do it as well; there
// solve_path, which needs fewer products, is faster.
#pragma once

#include <optional>
#include <vector>

#include "surrogate/ridge/contrast_design.hpp"

namespace shoal::surrogate {

// kfold_scores (lambda_scores.hpp), equal to it up to some 1e-10. None where a path would need too many products or too
// much memory (few rows beside features, and small penalties), and for a lambda of 0.
std::optional<std::vector<std::vector<double>>> resident_kfold_scores(ContrastDesign const& design,
                                                                      std::vector<double> const& lambdas);

// A task's fit on all blocks, and the sums from which its metrics are computed (fit_metrics.hpp).
struct ResidentFit {
  ContrastFit fit;
  double degrees_of_freedom = 0;      // 1 + trace((G + lambda I)^-1 G)
  double train_residual_squares = 0;  // over the blocks' rows
  double test_residual_squares = 0;   // over the rows after them, as are the next two
  double test_predicted_squares = 0;  // of deviations of the predictions from their mean
  double test_together = 0;           // of products of deviations, observed and predicted
};

// [tasks], at one lambda for each. Errors: numeric, when a lambda is too small for a singular design.
std::vector<ResidentFit> resident_fits(ContrastDesign const& design, std::vector<double> const& lambdas);

}  // namespace shoal::surrogate
