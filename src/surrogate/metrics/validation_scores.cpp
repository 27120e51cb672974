// SPDX-License-Identifier: MIT
#include "surrogate/metrics/validation_scores.hpp"

#include "kernels/library/ridge_path.hpp"
#include "surrogate/metrics/fit_metrics.hpp"

namespace shoal::surrogate {

namespace {

// Phi coefficients on the validation rows, [rows, columns].
std::vector<double> validation_phi(FeatureOperator const& features, Observations const& data,
                                   Coefficients coefficients) {
  kernels::RowRange const rows = data.split.validation;
  std::vector<double> values(rows.size() * coefficients.columns);
  features.multiply(rows, coefficients, {values.data(), rows.size(), coefficients.columns, coefficients.columns});
  return values;
}

// The task's responses there.
Column validation_responses(Observations const& data, std::int64_t task) {
  kernels::RowRange const rows = data.split.validation;
  return {data.responses.data + rows.begin * data.responses.stride + task, rows.size(), data.responses.stride};
}

double score_of(Observations const& data, std::int64_t task, double const* values, std::int64_t columns) {
  return r_squared(validation_responses(data, task), {values, data.split.validation.size(), columns});
}

}  // namespace

std::vector<double> validation_scores(FeatureOperator const& features, Observations const& data,
                                      std::span<RidgeSide const> sides, RidgeSolutions const& solved) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const rows = data.split.validation.size();
  auto values = validation_phi(features, data, {solved.coefficients.data(), features.parameters(), columns, columns});
  std::vector<double> scores;
  for (std::int64_t column = 0; column < columns; ++column) {
    for (std::int64_t row = 0; row < rows; ++row) values[row * columns + column] += solved.constants[column];
    scores.push_back(score_of(data, sides[column].task, values.data() + column, columns));
  }
  return scores;
}

HopelessLambdas::HopelessLambdas(FeatureOperator const& features, Observations const& data,
                                 std::span<RidgeSide const> sides, std::span<double const> best)
    : features_(features), data_(data), sides_(sides), best_(best), last_(sides.size(), -1), ended_(sides.size()) {
  device::Backend const& backend = features.backend();
  if (backend.kind() == device::BackendKind::cpu) return;
  std::int64_t const rows = data.split.validation.size();
  std::vector<double> responses;
  for (std::size_t task = 0; task < best.size(); ++task) {
    Column const own = validation_responses(data, static_cast<std::int64_t>(task));
    for (std::int64_t row = 0; row < rows; ++row) responses.push_back(own[row]);
    squares_.push_back(deviation_squares(own));
  }
  responses_ = device::Buffer<double>(backend, std::span<double const>(responses));
  values_ = device::Buffer<double>(backend, static_cast<std::size_t>(rows));
  moments_ = device::Buffer<double>(backend, kernels::moments_per_column);
}

// The constant of these coefficients would take a pass over all rows. The constant that is best on the validation rows
// gives a score that is no worse.
double HopelessLambdas::best_score(std::int64_t task, Coefficients coefficients) {
  device::Backend const& backend = features_.backend();
  if (backend.kind() == device::BackendKind::cpu) {
    auto values = validation_phi(features_, data_, coefficients);
    double const shift =
        mean(validation_responses(data_, task)) - mean({values.data(), static_cast<std::int64_t>(values.size()), 1});
    for (double& value : values) value += shift;
    return score_of(data_, task, values.data(), 1);
  }
  std::int64_t const rows = data_.split.validation.size();
  features_.multiply_there(data_.split.validation, coefficients, {values_.data(), rows, 1, 1});
  dispatch(backend, [&](auto const& space) {
    kernels::pair_moments(space, {responses_.data() + task * rows, rows, 1, 1}, 1, {values_.data(), rows, 1, 1},
                          moments_.data());
  });
  // With both about their means, Σ (y - p)² = Σ y² - 2 Σ y p + Σ p².
  std::vector<double> const moments = moments_.to_host();
  double const total = squares_[static_cast<std::size_t>(task)];
  return r_squared(total - 2 * moments[2] + moments[1], total);
}

bool HopelessLambdas::gives_up(std::int64_t number, Coefficients coefficients) {
  std::int64_t const task = sides_[number].task;
  // Less than a clear fall is enough, since two looks decide.
  constexpr double least_fall = clear_fall_of_r2 / 4;
  double const fall = best_[static_cast<std::size_t>(task)] - best_score(task, coefficients);
  double& last = last_[static_cast<std::size_t>(number)];
  bool const hopeless = last > least_fall && fall > last;
  last = fall;
  if (hopeless) ended_[static_cast<std::size_t>(number)] = true;
  return hopeless;
}

}  // namespace shoal::surrogate
