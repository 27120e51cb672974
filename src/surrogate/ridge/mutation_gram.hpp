// SPDX-License-Identifier: MIT
// The normal matrix of pairs of sites from lists of mutations, without a design matrix.
//
// In the coordinates of kernels/library/mutation_lists.hpp (differences from the reference row) a row with m mutations
// has m (m + 1) / 2 features that are 1, and all others are 0: it costs the square of that in additions, where a
// written-out row costs parameters². The matrix is then moved into the coordinates of FeatureLayout site by site, which
// costs some 30 parameters² once.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/features/feature_layout.hpp"

namespace shoal::surrogate {

// Means over a sample of the rows (all, or a thousand that are evenly spaced).
struct RowWork {
  double features = 0;   // mutations and pairs of mutations of a row
  double additions = 0;  // half their square: what the row costs in mutation_gram
};
RowWork row_work(FeatureLayout const& layout, Observations const& observations, kernels::RowRange rows);

// [parameters, parameters]: Σ over the rows of w (phi - means)(phi - means)^T, with the weighted means of phi; both
// triangles. For layouts whose table has no gaps. The order of summation depends on the rows alone. Memory: the matrix.
std::vector<double> mutation_gram(FeatureLayout const& layout, Observations const& observations, kernels::RowRange rows,
                                  int threads);

}  // namespace shoal::surrogate
