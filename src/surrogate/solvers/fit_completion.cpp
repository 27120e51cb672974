// SPDX-License-Identifier: MIT
#include "surrogate/solvers/fit_completion.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/not_a_number.hpp"
#include "surrogate/noise/linear_noise.hpp"

namespace shoal::surrogate {

namespace {

void add_diagnostic(std::string const& text, SurrogateFit& fit) {
  fit.diagnostic += (fit.diagnostic.empty() ? "" : "; ") + text;
}

}  // namespace

void FitCompletion::complete(std::int64_t task, bool reduced, bool as_solved, SurrogateFit& fit) const {
  bool const constant = constant_response(observations_, task);
  if (reduced) fit.fallback = Fallback::additive_linear;
  if (!checks_.varies || constant) make_constant(task, fit);
  if (constant) add_diagnostic("y is constant in the rows that are fitted: only a constant", fit);
  if (reduced) add_diagnostic("only single mutants: additive and linear was fitted", fit);
  fit.unseen_letters = checks_.unseen;
  if (checks_.unseen > 0) {
    add_diagnostic(
        fmt::format(
            "{} letters were never seen at positions that vary ({}; positions from 0): their effects are what the "
            "penalty makes of them",
            checks_.unseen, checks_.unseen_text),
        fit);
  }
  if (!as_solved) fit.parameters = fix_gauge(fit.parameters, frequencies_);
  add_metrics(task, fit);
}

// phi = the mean of the rows that are fitted, and nothing else.
void FitCompletion::make_constant(std::int64_t task, SurrogateFit& fit) const {
  auto const values = response_column(observations_, task, {0, fitted_rows(observations_)});
  fit.parameters = {observations_.length(),
                    observations_.alphabet,
                    mean({values.data(), static_cast<std::int64_t>(values.size())}),
                    std::vector<double>(frequencies_.size(), 0.0),
                    {},
                    {}};
  fit.curve = {};
  fit.lambda = options_.lambdas.front();
  fit.lambda_scores.assign(options_.lambdas.size(), not_a_number);
  fit.algorithm = "none";
  fit.fallback = Fallback::constant;
  fit.degrees_of_freedom = 1;
  fit.errors.reset();
  if (options_.standard_errors) fit.errors = constant_errors(values);
}

// The error of a mean of values: their standard deviation over the square root of their number.
ParameterErrors FitCompletion::constant_errors(std::vector<double> const& values) const {
  auto const count = static_cast<double>(values.size());
  double const centre = mean({values.data(), static_cast<std::int64_t>(values.size())});
  double squares = 0;
  for (double const value : values) squares += (value - centre) * (value - centre);
  double const deviation = values.size() > 1 ? std::sqrt(squares / (count - 1)) : 0.0;
  return {deviation / std::sqrt(count), std::vector<double>(frequencies_.size(), 0.0), {}, deviation};
}

kernels::MatrixView<std::uint8_t const> FitCompletion::letters_of(kernels::RowRange rows) const {
  auto const& all = observations_.letters;
  return {all.data + rows.begin * all.stride, rows.size(), all.columns, all.stride};
}

void FitCompletion::add_metrics(std::int64_t task, SurrogateFit& fit) const {
  kernels::RowRange const fitted{0, fitted_rows(observations_)};
  auto const predicted = predict(fit, letters_of(fitted), threads_);
  auto const [lowest, highest] = std::minmax_element(predicted.phi.begin(), predicted.phi.end());
  fit.lowest_phi = *lowest;
  fit.highest_phi = *highest;
  if (fit.curve.kind == CurveKind::identity && fit.noise.log_scale.empty() && fit.noise.kind != NoiseKind::known) {
    fit.noise = linear_noise(observations_, task, fit.lambda_scores, predicted.response);
  }
  fit.train = metrics_of(task, fitted, fit, false);
  fit.test = metrics_of(task, observations_.split.test, fit, options_.information);
}

FitMetrics FitCompletion::metrics_of(std::int64_t task, kernels::RowRange rows, SurrogateFit const& fit,
                                     bool information) const {
  auto const observed = response_column(observations_, task, rows);
  auto const predicted = predict(fit, letters_of(rows), threads_);
  std::vector<double> likelihood;
  for (std::size_t row = 0; row < observed.size(); ++row) {
    double const error = observations_.standard_errors.empty()
                             ? 0.0
                             : observations_.standard_errors[static_cast<std::size_t>(rows.begin) + row];
    likelihood.push_back(fit.noise.negative_log_likelihood(observed[row], predicted.response[row], error));
  }
  return measure({observed, predicted.mean, predicted.phi, likelihood}, information, options_.seed);
}

}  // namespace shoal::surrogate
