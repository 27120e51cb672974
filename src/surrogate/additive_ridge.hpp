// SPDX-License-Identifier: MIT
// Additive ridge regression on a mutant library, exact: y ≈ intercept + Σ_l theta[x_l, l].
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "device/backend.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::surrogate {

// How the penalty λ is chosen from the list.
enum class LambdaSelection {
  kfold,  // mean R² over contiguous unshuffled folds: scikit-learn's RidgeCV(cv=folds) as SQUID calls it
  loo,    // leave-one-out squared error, closed form: scikit-learn's RidgeCV(cv=None)
  gcv,    // generalised cross-validation (RSS/N)/(1 - df/N)²
};

LambdaSelection parse_lambda_selection(std::string_view name);  // errors: config
std::string_view to_string(LambdaSelection selection);

// Objective Σ_n (y_n - c - x_n·θ)² + λ Σ θ², with one-hot x and a free intercept c.
struct RidgeOptions {
  // SQUID's list is 0.001 to 1. With 2,000 mutants of a 249-base enhancer that overfits: over 30 DeepSTARR loci the
  // median held-out R² was 0.21 with SQUID's list and 0.34 with this one.
  std::vector<double> lambdas = {1, 10, 100, 1000};
  LambdaSelection selection = LambdaSelection::kfold;
  int folds = 5;
  double holdout = 0.1;  // fraction of the rows, taken from the end, that no fit sees; 0: none
  bool standard_errors = false;

  void validate(std::int64_t mutants) const;  // errors: config
};

// One task's fit. theta [4, length] row-major in the uniform zero-sum gauge (every position's sum is 0, N positions are
// 0), in units of y.
struct AdditiveFit {
  double intercept = 0;
  std::vector<double> theta;
  double lambda = 0;
  std::vector<double> lambda_scores;  // the criterion at each λ (R² for kfold, mean squared error for loo, gcv)
  double degrees_of_freedom = 0;      // those of the final fit, the intercept included
  double r2_train = 0;                // 1 - RSS/TSS
  double r2_test = 0;                 // on the held-out rows; NaN without any
  double pearson2_test = 0;           // squared Pearson correlation there
  bool constant = false;              // y does not vary in the rows that were fitted
  // Where they are wanted, standard errors (parameter_errors.hpp) [4, length] of theta and of the intercept, and sigma;
  // 0 for a constant y.
  std::vector<double> theta_errors;
  double intercept_error = 0;
  double residual_sd = 0;
};

// Fits every column of scores [mutants, tasks] (float32, in the backend's memory) on one library. The Gram matrix is
// shared; lambda is chosen for each task, the first best of the list. A score that is constant over the training
// mutants gives theta 0, the first lambda and metrics of NaN. A single lambda has no criterion (NaN). Memory: see
// ContrastDesign. The result does not depend on the number of threads. Errors: config (RidgeOptions::validate);
// numeric, naming mutant and task, when a score is not finite, when a lambda is too small for a singular design, or
// when standard errors are wanted and no residual degrees of freedom are left.
std::vector<AdditiveFit> fit_additive_ridge(device::Backend const& backend, kernels::PackedView library,
                                            float const* scores, std::int64_t tasks, RidgeOptions const& options);

}  // namespace shoal::surrogate
