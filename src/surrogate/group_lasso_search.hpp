// SPDX-License-Identifier: MIT
// The penalty of the group lasso by its quality on the validation rows.
#pragma once

#include <vector>

#include "surrogate/group_lasso.hpp"

namespace shoal::surrogate {

struct GroupLassoSearch {
  GroupLassoFit fit;           // on training and validation rows
  double alpha = 0;            // the first best of the list
  std::vector<double> scores;  // R² on the validation rows at each alpha; NaN without any, or with one alpha
};

// Group lasso (GroupLassoOptions) at the best of `alphas`. Errors: config, when several alphas have no validation rows
// to choose from; those of fit_group_lasso.
GroupLassoSearch search_group_lasso(FeatureOperator const& features, Observations const& observations,
                                    std::int64_t task, std::vector<double> const& alphas);

}  // namespace shoal::surrogate
