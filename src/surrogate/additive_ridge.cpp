// SPDX-License-Identifier: MIT
#include "surrogate/additive_ridge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/not_a_number.hpp"
#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/resident/resident_ridge.hpp"
#include "surrogate/ridge/contrast_design.hpp"
#include "surrogate/ridge/lambda_scores.hpp"
#include "surrogate/ridge/ridge_solve.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::surrogate {

namespace {

// The scores [mutants, tasks] on the host, in double precision. Errors: numeric, naming the first score that is not
// finite.
std::vector<double> finite_responses(device::Backend const& backend, float const* scores, std::int64_t mutants,
                                     std::int64_t tasks) {
  std::vector<float> single(static_cast<std::size_t>(mutants * tasks));
  backend.copy_to_host(single.data(), scores, single.size() * sizeof(float));
  auto const bad = std::find_if(single.begin(), single.end(), [](float value) { return !std::isfinite(value); });
  if (bad != single.end()) {
    auto const index = bad - single.begin();
    fail(ErrorCode::numeric, fmt::format("the score of mutant {} for task {} is {}: a surrogate needs finite scores",
                                         index / tasks, index % tasks, *bad));
  }
  return {single.begin(), single.end()};
}

bool is_constant(Column values) {
  for (std::int64_t row = 1; row < values.count; ++row) {
    if (values[row] != values[0]) return false;
  }
  return true;
}

// On a device nothing waits for the host that need not.
bool stays_on_device(ContrastDesign const& design) {
  return design.backend().kind() == device::BackendKind::cuda && design.features() > 0;
}

// The criterion at each lambda, [tasks][lambdas]. A single lambda needs no choice and has no criterion.
std::vector<std::vector<double>> criterion(ContrastDesign const& design, RidgeOptions const& options) {
  if (options.lambdas.size() == 1)
    return std::vector(static_cast<std::size_t>(design.tasks()), std::vector{not_a_number});
  if (options.selection == LambdaSelection::kfold) {
    auto const resident = stays_on_device(design) ? resident_kfold_scores(design, options.lambdas) : std::nullopt;
    return resident ? *resident : kfold_scores(design, options.lambdas);
  }
  return spectral_scores(design, options.selection, options.lambdas);
}

void add_metrics(ContrastDesign const& design, std::vector<ContrastFit> const& chosen, std::int64_t mutants,
                 std::vector<AdditiveFit>& fits) {
  std::int64_t const train = design.rows(-1);
  std::int64_t const tasks = design.tasks();
  std::vector<double> const predictions = design.predict({0, mutants}, chosen);
  for (std::int64_t task = 0; task < tasks; ++task) {
    AdditiveFit& fit = fits[static_cast<std::size_t>(task)];
    double const* const observed = design.responses().data + task;
    double const* const predicted = predictions.data() + task;
    Column const test_observed{observed + train * tasks, mutants - train, tasks};
    Column const test_predicted{predicted + train * tasks, mutants - train, tasks};
    fit.r2_train = r_squared({observed, train, tasks}, {predicted, train, tasks});
    fit.r2_test = r_squared(test_observed, test_predicted);
    fit.pearson2_test = pearson_squared(test_observed, test_predicted);
  }
}

// Fills in everything except errors.
std::vector<ContrastFit> fit_chosen(ContrastDesign const& design, std::int64_t mutants,
                                    std::vector<AdditiveFit>& fits) {
  std::map<double, std::vector<std::size_t>> tasks_of;
  for (std::size_t task = 0; task < fits.size(); ++task) tasks_of[fits[task].lambda].push_back(task);
  std::vector<ContrastFit> chosen(fits.size());
  for (auto const& [lambda, tasks] : tasks_of) {
    FullFit full = solve_full(design, lambda);
    for (std::size_t const task : tasks) {
      fits[task].degrees_of_freedom = full.degrees_of_freedom;
      fits[task].theta = design.theta(full.fits[task]);
      fits[task].intercept = design.intercept(full.fits[task]);
      chosen[task] = std::move(full.fits[task]);
    }
  }
  add_metrics(design, chosen, mutants, fits);
  return chosen;
}

// Scales the errors of one task; `residual_squares` is the sum over the training rows.
void scale_errors(ContrastDesign const& design, ContrastSpread const& spread, double residual_squares,
                  AdditiveFit& fit) {
  constexpr double least_degrees = 1e-6;
  if (!(spread.residual_degrees > least_degrees)) {
    fail(ErrorCode::numeric, fmt::format("lambda {} leaves no residual degrees of freedom for standard errors: give "
                                         "more mutants or a larger lambda",
                                         fit.lambda));
  }
  fit.residual_sd = std::sqrt(residual_squares / spread.residual_degrees);
  fit.theta_errors = design.theta_variances(spread.covariance);
  for (double& error : fit.theta_errors) error = fit.residual_sd * std::sqrt(std::max(error, 0.0));
  double const of_mean = 1.0 / static_cast<double>(design.rows(-1));
  fit.intercept_error = fit.residual_sd * std::sqrt(design.intercept_variance(spread.covariance) + of_mean);
}

void add_errors(ContrastDesign const& design, std::vector<ContrastFit> const& chosen, std::vector<AdditiveFit>& fits) {
  std::map<double, ContrastSpread> spreads;
  std::int64_t const train = design.rows(-1);
  auto const tasks = static_cast<std::int64_t>(fits.size());
  std::vector<double> const predictions = design.predict({0, train}, chosen);
  for (std::int64_t task = 0; task < tasks; ++task) {
    AdditiveFit& fit = fits[static_cast<std::size_t>(task)];
    double squares = 0;
    for (std::int64_t row = 0; row < train; ++row) {
      double const residual =
          design.responses().data[row * design.responses().stride + task] - predictions[row * tasks + task];
      squares += residual * residual;
    }
    auto found = spreads.find(fit.lambda);
    if (found == spreads.end()) found = spreads.emplace(fit.lambda, solve_spread(design, fit.lambda)).first;
    scale_errors(design, found->second, fit.constant ? 0.0 : squares, fit);
  }
}

// Fills in everything, from sums that were taken on the backend.
std::vector<ContrastFit> fit_resident(ContrastDesign const& design, std::int64_t mutants,
                                      std::vector<AdditiveFit>& fits) {
  std::vector<double> lambdas;
  for (AdditiveFit const& fit : fits) lambdas.push_back(fit.lambda);
  std::vector<ContrastFit> chosen;
  std::int64_t const train = design.rows(-1);
  std::int64_t const tasks = design.tasks();
  for (ResidentFit& found : resident_fits(design, lambdas)) {
    auto const task = static_cast<std::int64_t>(chosen.size());
    AdditiveFit& fit = fits[chosen.size()];
    double const* const observed = design.responses().data + task;
    double const test_squares = deviation_squares({observed + train * tasks, mutants - train, tasks});
    fit.degrees_of_freedom = found.degrees_of_freedom;
    fit.theta = design.theta(found.fit);
    fit.intercept = design.intercept(found.fit);
    fit.r2_train = r_squared(found.train_residual_squares, deviation_squares({observed, train, tasks}));
    fit.r2_test = r_squared(found.test_residual_squares, test_squares);
    fit.pearson2_test = pearson_squared(found.test_together, test_squares, found.test_predicted_squares);
    chosen.push_back(std::move(found.fit));
  }
  return chosen;
}

// A constant y is fitted exactly by its mean, and no share of its variance can be explained.
void settle_constant(std::size_t lambdas, AdditiveFit& fit) {
  fit.lambda_scores.assign(lambdas, not_a_number);
  fit.r2_train = fit.r2_test = fit.pearson2_test = not_a_number;
}

}  // namespace

std::vector<AdditiveFit> fit_additive_ridge(device::Backend const& backend, kernels::PackedView library,
                                            float const* scores, std::int64_t tasks, RidgeOptions const& options) {
  options.validate(library.mutants);
  std::int64_t const mutants = library.mutants;
  std::vector<double> const values = finite_responses(backend, scores, mutants, tasks);
  std::int64_t const train = training_rows(mutants, options.holdout);
  bool const folded = options.selection == LambdaSelection::kfold && options.lambdas.size() > 1;
  ContrastDesign const design(backend, library, scores, {values.data(), mutants, tasks, tasks},
                              contiguous_blocks(train, folded ? options.folds : 1));
  std::vector<std::vector<double>> const scores_of = criterion(design, options);
  std::vector<AdditiveFit> fits(static_cast<std::size_t>(tasks));
  for (std::size_t task = 0; task < fits.size(); ++task) {
    fits[task].constant = is_constant({values.data() + task, train, tasks});
    fits[task].lambda_scores = scores_of[task];
    fits[task].lambda = options.lambdas[fits[task].constant ? 0 : best_lambda(scores_of[task], options.selection)];
  }
  std::vector<ContrastFit> const chosen =
      stays_on_device(design) ? fit_resident(design, mutants, fits) : fit_chosen(design, mutants, fits);
  if (options.standard_errors) add_errors(design, chosen, fits);
  for (std::size_t task = 0; task < fits.size(); ++task) {
    if (fits[task].constant) settle_constant(options.lambdas.size(), fits[task]);
  }
  return fits;
}

}  // namespace shoal::surrogate
