// SPDX-License-Identifier: MIT
#include "surrogate/sparse/group_lasso_search.hpp"

#include "surrogate/data/library_checks.hpp"

namespace shoal::surrogate {

GroupLassoSearch search_group_lasso(FeatureOperator const& features, Observations const& observations,
                                    std::int64_t task, std::vector<double> const& alphas) {
  // To tell penalties apart needs less than the fit that is reported.
  constexpr double search_tolerance = 1e-4;
  GroupLassoSearch search;
  static_cast<AlphaChoice&>(search) = choose_alpha(observations, task, alphas, [&](double alpha) {
    return fit_group_lasso(features, observations, task, {.alpha = alpha, .tolerance = search_tolerance}).parameters;
  });
  Observations all = observations;
  all.split.train = {0, fitted_rows(observations)};
  all.split.validation = {all.split.train.end, all.split.train.end};
  search.fit = fit_group_lasso(features, all, task, {.alpha = search.alpha});
  return search;
}

}  // namespace shoal::surrogate
