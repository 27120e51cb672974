// SPDX-License-Identifier: MIT
#include "attribution/fits/additive_ridge_method.hpp"

#include "attribution/fits/fit_scalars.hpp"

namespace shoal::attribution {

std::vector<std::string> AdditiveRidgeMethod::scalar_names() const {
  std::vector<std::string> names = {"intercept", "lambda", "degrees_of_freedom", "r2_train"};
  if (options_.holdout > 0) names.insert(names.end(), {"r2_test", "pearson2_test"});
  names.emplace_back("fallback");
  if (options_.standard_errors) names.insert(names.end(), {"intercept_error", "residual_sd"});
  return names;
}

std::vector<ArraySchema> AdditiveRidgeMethod::arrays(std::int64_t length) const {
  std::vector<ArraySchema> arrays = {map_array(length)};
  if (options_.standard_errors) arrays.push_back(map_error_array(length));
  return arrays;
}

std::map<std::string, std::string> AdditiveRidgeMethod::notes() const {
  return {{"definition",
           "y = intercept + sum over positions of theta[base, position]; minimises sum of squared residuals "
           "+ lambda * sum of squared theta over the training mutants, intercept free"},
          {"gauge",
           "zero-sum (hierarchical, uniform): every position sums to 0; positions that are N or never mutated are 0"},
          {"units", "units of the task's score"},
          {"fallback.definition", fallback_definition},
          {"lambda_selection", std::string(surrogate::to_string(options_.selection))}};
}

std::vector<Attribution> AdditiveRidgeMethod::fit(ScoredLibrary const& scored) const {
  std::vector<Attribution> attributions;
  for (auto const& fit : surrogate::fit_additive_ridge(scored.backend, scored.library.view(), scored.scores.data(),
                                                       scored.tasks, options_)) {
    Attribution result{{std::vector<float>(fit.theta.begin(), fit.theta.end())},
                       {fit.intercept, fit.lambda, fit.degrees_of_freedom, share_explained(fit.r2_train)}};
    if (options_.holdout > 0) {
      result.scalars.insert(result.scalars.end(), {share_explained(fit.r2_test), share_explained(fit.pearson2_test)});
    }
    result.scalars.push_back(fit.constant ? 1.0 : 0.0);
    if (options_.standard_errors) {
      result.arrays.emplace_back(std::vector<float>(fit.theta_errors.begin(), fit.theta_errors.end()));
      result.scalars.insert(result.scalars.end(), {fit.intercept_error, fit.residual_sd});
    }
    attributions.push_back(std::move(result));
  }
  return attributions;
}

}  // namespace shoal::attribution
