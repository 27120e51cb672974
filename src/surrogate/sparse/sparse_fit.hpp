// SPDX-License-Identifier: MIT
// Sparse additive surrogates on one-hot letters: lasso, elastic net, and the first k letters of the lasso's path. They
// are not gauge invariant: a letter's effect is relative to all other letters, as SQUID's and scikit-learn's are.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

// Minimises Σ w (y - c - X theta)² / (2 Σ w) + alpha l1_ratio |theta|_1 + alpha (1 - l1_ratio) |theta|² / 2, with a
// free constant c: scikit-learn's ElasticNet, and its Lasso at l1_ratio 1.
struct ElasticNetOptions {
  double alpha = 1;
  double l1_ratio = 1;
  double tolerance = 1e-4;  // largest relative change in a sweep, then of the duality gap over Σ w (y - mean)²
  int maximum_sweeps = 1000;
};

struct SparseFit {
  Parameters parameters;  // additive
  std::int64_t nonzero = 0;
  int sweeps = 0;    // sweeps of coordinate descent, or steps of the path
  double alpha = 0;  // in fit_sparse the penalty at the point of the path, over the sum of the weights
  double gap = 0;    // duality gap over Σ w (y - mean)²
  bool converged = true;
};

// Cyclic coordinate descent from zero on the Gram matrix of rows begin … end - 1. Errors: config, for options out of
// range; numeric (validate).
SparseFit fit_elastic_net(Observations const& observations, kernels::RowRange rows, std::int64_t task,
                          ElasticNetOptions const& options);

// LIME as SQUID calls it: the first point of the lasso's path, from the largest penalty down, at which exactly `count`
// letters have effects, then least squares on those letters. Three letters of a position say all that its four can: any
// two may enter first, of the others the first in the alphabet enters, and the last never does. LassoLarsCV lets it in
// with an effect that is rounding error, so from the first such position on its letters depend on the order of the rows
// (tests/data/surrogate/lasso_path_sklearn.py); and it ends the path at the penalty that its folds choose. Errors:
// config, when the path has no such point.
SparseFit fit_sparse(Observations const& observations, kernels::RowRange rows, std::int64_t task, std::int64_t count);

}  // namespace shoal::surrogate
