// SPDX-License-Identifier: MIT
// The penalty of the group lasso by its quality on the validation rows.
#pragma once

#include <vector>

#include "surrogate/sparse/group_lasso.hpp"
#include "surrogate/sparse/sparse_search.hpp"

namespace shoal::surrogate {

struct GroupLassoSearch : AlphaChoice {
  GroupLassoFit fit;  // on training and validation rows
};

// Group lasso (GroupLassoOptions) at the best of `alphas`. Errors: those of choose_alpha and
// fit_group_lasso.
GroupLassoSearch search_group_lasso(FeatureOperator const& features, Observations const& observations,
                                    std::int64_t task, std::vector<double> const& alphas);

}  // namespace shoal::surrogate
