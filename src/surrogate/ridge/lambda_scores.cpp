// SPDX-License-Identifier: MIT
#include "surrogate/ridge/lambda_scores.hpp"

#include "surrogate/math/parallel_jobs.hpp"
#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/ridge/ridge_solve.hpp"

namespace shoal::surrogate {

std::vector<std::vector<double>> kfold_scores(ContrastDesign const& design, std::vector<double> const& lambdas) {
  auto const folds = static_cast<int>(design.blocks().size());
  std::size_t const fits_each = static_cast<std::size_t>(design.tasks()) * lambdas.size();
  std::vector<std::vector<double>> fold_scores(static_cast<std::size_t>(folds));
  parallel_jobs(design.backend(), folds, [&](int fold) {
    kernels::RowRange const rows = design.blocks()[static_cast<std::size_t>(fold)];
    std::vector<double> const predictions = design.predict(rows, solve_path(design, fold, lambdas));
    auto const columns = static_cast<std::int64_t>(fits_each);
    std::int64_t const stride = design.responses().stride;
    for (std::size_t fit = 0; fit < fits_each; ++fit) {
      double const* const observed =
          design.responses().data + rows.begin * stride + static_cast<std::int64_t>(fit / lambdas.size());
      fold_scores[static_cast<std::size_t>(fold)].push_back(
          fold_score({observed, rows.size(), stride}, {predictions.data() + fit, rows.size(), columns}));
    }
  });
  std::vector<std::vector<double>> scores(static_cast<std::size_t>(design.tasks()));
  for (std::size_t fit = 0; fit < fits_each; ++fit) {
    double sum = 0;
    for (auto const& fold : fold_scores) sum += fold[fit];
    scores[fit / lambdas.size()].push_back(sum / folds);
  }
  return scores;
}

std::size_t best_lambda(std::vector<double> const& scores, LambdaSelection selection) {
  std::size_t best = 0;
  for (std::size_t choice = 1; choice < scores.size(); ++choice) {
    bool const better =
        selection == LambdaSelection::kfold ? scores[choice] > scores[best] : scores[choice] < scores[best];
    if (better) best = choice;
  }
  return best;
}

}  // namespace shoal::surrogate
