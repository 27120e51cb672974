// SPDX-License-Identifier: MIT
// Which pairs of sites interact: a pairwise surrogate with a group lasso over pairs.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/ridge/linear_fit.hpp"

namespace shoal::surrogate {

// Minimises Σ w (y - c - phi)² / (2 Σ w) + alpha Σ over pairs of sqrt(d d') |U|, U [d, d'] a pair's coefficients in the
// operator's coordinates: the standard deviation that the pair's interaction has under independent letters, so that the
// penalty depends on no gauge and no coding of letters. Additive effects and the constant are free.
struct GroupLassoOptions {
  double alpha = 0.01;
  double tolerance = 1e-6;  // largest step in an iteration, relative to the largest coefficient
  int maximum_iterations = 5000;
};

struct GroupLassoFit {
  Parameters parameters;         // pair effects of zero for pairs that are not chosen
  std::vector<double> strength;  // [pairs of the operator's layout with coefficients]: |U|, in units of y
  std::int64_t chosen = 0;       // pairs with strength above 0
  int iterations = 0;
  bool converged = false;
};

// Accelerated proximal gradients with restarts (Beck and Teboulle 2009; O'Donoghue and Candes 2015) on the training
// rows. The operator's coordinates make the Hessian nearly the identity, so that tens of iterations do. Errors: config,
// for options out of range; numeric (validate).
GroupLassoFit fit_group_lasso(FeatureOperator const& features, Observations const& observations, std::int64_t task,
                              GroupLassoOptions const& options);

}  // namespace shoal::surrogate
