// SPDX-License-Identifier: MIT
#include "surrogate/sparse/sparse_search.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/not_a_number.hpp"
#include "base/progress.hpp"
#include "surrogate/data/library_checks.hpp"
#include "surrogate/metrics/fit_metrics.hpp"

namespace shoal::surrogate {

namespace {

double validation_score(Observations const& observations, std::int64_t task, Parameters const& parameters) {
  auto const rows = observations.split.validation;
  auto const& all = observations.letters;
  auto const predicted =
      phi_of(parameters, {all.data + rows.begin * all.stride, rows.size(), all.columns, all.stride}, 1);
  auto const& responses = observations.responses;
  return fold_score({responses.data + rows.begin * responses.stride + task, rows.size(), responses.stride},
                    {predicted.data(), rows.size()});
}

}  // namespace

AlphaChoice choose_alpha(Observations const& observations, std::int64_t task, std::vector<double> const& alphas,
                         std::function<Parameters(double alpha)> const& fit) {
  AlphaChoice choice;
  choice.scores.assign(alphas.size(), not_a_number);
  std::size_t best = 0;
  if (alphas.size() > 1) {
    if (observations.split.validation.size() == 0) {
      fail(ErrorCode::config, "several alphas need validation rows to choose from: give one, or a validation share");
    }
    for (std::size_t i = 0; i < alphas.size(); ++i) {
      ProgressPart const part([&] { return fmt::format("penalty {} of {}", i + 1, alphas.size()); });
      progress_step([&] { return fmt::format("alpha {:.4g}", alphas[i]); });
      choice.scores[i] = validation_score(observations, task, fit(alphas[i]));
    }
    best =
        static_cast<std::size_t>(std::max_element(choice.scores.begin(), choice.scores.end()) - choice.scores.begin());
  }
  choice.alpha = alphas[best];
  return choice;
}

SparseSearch search_elastic_net(Observations const& observations, std::int64_t task, std::vector<double> const& alphas,
                                double l1_ratio) {
  auto const fit = [&](kernels::RowRange rows, double alpha) {
    return fit_elastic_net(observations, rows, task, {.alpha = alpha, .l1_ratio = l1_ratio});
  };
  SparseSearch search;
  static_cast<AlphaChoice&>(search) = choose_alpha(
      observations, task, alphas, [&](double alpha) { return fit(observations.split.train, alpha).parameters; });
  search.fit = fit({0, fitted_rows(observations)}, search.alpha);
  return search;
}

}  // namespace shoal::surrogate
