// SPDX-License-Identifier: MIT
// The penalty of a sparse surrogate by its quality on the validation rows.
#pragma once

#include <vector>

#include "surrogate/sparse_fit.hpp"

namespace shoal::surrogate {

// fold_score (fit_metrics.hpp) of linear parameters on the validation rows.
double validation_score(Observations const& observations, std::int64_t task, Parameters const& parameters);

struct SparseSearch {
  SparseFit fit;               // on training and validation rows
  double alpha = 0;            // the first best of the list
  std::vector<double> scores;  // R² on the validation rows at each alpha; NaN without any, or with one alpha
};

// Elastic net at the best of `alphas` (ElasticNetOptions). Errors: config, when several alphas have no validation rows
// to choose from.
SparseSearch search_elastic_net(Observations const& observations, std::int64_t task, std::vector<double> const& alphas,
                                double l1_ratio);

}  // namespace shoal::surrogate
