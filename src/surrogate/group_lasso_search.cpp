// SPDX-License-Identifier: MIT
#include "surrogate/group_lasso_search.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "surrogate/library_checks.hpp"
#include "surrogate/sparse_search.hpp"

namespace shoal::surrogate {

GroupLassoSearch search_group_lasso(FeatureOperator const& features, Observations const& observations,
                                    std::int64_t task, std::vector<double> const& alphas) {
  // To tell penalties apart needs less than the fit that is reported.
  constexpr double search_tolerance = 1e-4;
  GroupLassoSearch search;
  search.scores.assign(alphas.size(), std::numeric_limits<double>::quiet_NaN());
  std::size_t best = 0;
  if (alphas.size() > 1) {
    if (observations.split.validation.size() == 0) {
      fail(ErrorCode::config, "several alphas need validation rows to choose from: give one, or a validation share");
    }
    for (std::size_t i = 0; i < alphas.size(); ++i) {
      auto const fit =
          fit_group_lasso(features, observations, task, {.alpha = alphas[i], .tolerance = search_tolerance});
      search.scores[i] = validation_score(observations, task, fit.parameters);
    }
    best =
        static_cast<std::size_t>(std::max_element(search.scores.begin(), search.scores.end()) - search.scores.begin());
  }
  search.alpha = alphas[best];
  Observations all = observations;
  all.split.train = {0, fitted_rows(observations)};
  all.split.validation = {all.split.train.end, all.split.train.end};
  search.fit = fit_group_lasso(features, all, task, {.alpha = search.alpha});
  return search;
}

}  // namespace shoal::surrogate
