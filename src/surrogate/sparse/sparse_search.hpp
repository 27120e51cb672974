// SPDX-License-Identifier: MIT
// The penalty of a sparse surrogate by its quality on the validation rows.
#pragma once

#include <functional>
#include <vector>

#include "surrogate/sparse/sparse_fit.hpp"

namespace shoal::surrogate {

struct AlphaChoice {
  double alpha = 0;            // the first best of the list
  std::vector<double> scores;  // R² on the validation rows at each alpha; NaN without any, or with one alpha
};

// The alpha whose parameters, as `fit` gives them for the training rows, have the largest fold_score (fit_metrics.hpp)
// on the validation rows. Errors: config, when several alphas have no validation rows to choose from.
AlphaChoice choose_alpha(Observations const& observations, std::int64_t task, std::vector<double> const& alphas,
                         std::function<Parameters(double alpha)> const& fit);

struct SparseSearch : AlphaChoice {
  SparseFit fit;  // on training and validation rows
};

// Elastic net at the best of `alphas` (ElasticNetOptions). Errors: those of choose_alpha.
SparseSearch search_elastic_net(Observations const& observations, std::int64_t task, std::vector<double> const& alphas,
                                double l1_ratio);

}  // namespace shoal::surrogate
