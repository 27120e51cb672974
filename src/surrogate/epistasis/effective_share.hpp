// SPDX-License-Identifier: MIT
// How much the rows tell about coefficients that are as many as the rows, or more.
#pragma once

#include <vector>

#include "surrogate/features/feature_layout.hpp"

namespace shoal::surrogate {

// Whether pairs are so many that there may be fewer rows than coefficients: more pairs than neighbours alone would
// give.
bool has_many_pairs(FeatureLayout const& layout);

// The share v of the information T = sum of the rows' weights such that, on average over random rows whose features are
// white, the inverse of their Gram matrix plus a penalty is near (v T + penalty)^-1: v = 1 - freedom / rows with
// freedom = sum over coefficients of v T / (v T + penalty), and rows = T² / sum of squared weights. `penalties`
// [coefficients] is the penalty's diagonal. v is 1 where rows are many, and near 0 where they are few; 1 where a
// penalty is 0. The equation is the deterministic equivalent of a sample covariance matrix (Silverstein 1995; Bai and
// Silverstein 2010, chapter 6).
double effective_share(std::vector<double> const& weights, std::vector<double> const& penalties);

}  // namespace shoal::surrogate
