// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/latent_data.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "base/error.hpp"

namespace shoal::surrogate {

namespace {

using kernels::RowRange;

constexpr std::int64_t fold_count = 5;
// Validation rows that cannot tell fits apart by themselves, and the most rows that are fitted once per fold instead.
constexpr std::int64_t few_judges = 1500;
constexpr std::int64_t most_folded = 30000;

double response(Observations const& observations, std::int64_t row, std::int64_t task) {
  return observations.responses.data[row * observations.responses.stride + task];
}

std::vector<double> combined_weights(Observations const& observations, bool known_noise) {
  auto const rows = static_cast<std::size_t>(observations.rows());
  std::vector<double> weights(rows, 1.0);
  if (!observations.weights.empty()) weights.assign(observations.weights.begin(), observations.weights.end());
  if (!known_noise) return weights;
  if (observations.standard_errors.size() != rows) {
    fail(ErrorCode::config,
         "known noise needs a standard error for every row: add a column dy, or choose another noise");
  }
  double sum = 0;
  for (double const error : observations.standard_errors) sum += 1 / (error * error);
  double const mean = sum / static_cast<double>(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    double const error = observations.standard_errors[row];
    weights[row] /= error * error * mean;
  }
  return weights;
}

// The weighted mean and standard deviation of rows.
ResponseUnits units_of(Observations const& observations, std::int64_t task, RowRange rows,
                       std::vector<double> const& weights) {
  double sum = 0;
  double total = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const weight = weights[static_cast<std::size_t>(row)];
    sum += weight * response(observations, row, task);
    total += weight;
  }
  double const centre = sum / total;
  double squares = 0;
  double largest = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const deviation = response(observations, row, task) - centre;
    squares += weights[static_cast<std::size_t>(row)] * deviation * deviation;
    largest = std::max(largest, std::abs(response(observations, row, task)));
  }
  // A variation no larger than the rounding of the mean of a constant is no variation.
  double const spread = std::sqrt(squares / total);
  return {centre, spread > 1e-13 * largest ? spread : 0.0};
}

}  // namespace

LatentData::LatentData(FeatureOperator const& features, Observations const& observations, std::int64_t task,
                       bool known_noise, std::optional<ResponseUnits> const& units)
    : features_(&features), weights_(combined_weights(observations, known_noise)) {
  RowRange train = observations.split.train;
  RowRange validation = observations.split.validation;
  RowRange everything;
  if (validation.size() <= 0) {
    everything = train;
    std::int64_t const judges = std::max<std::int64_t>(train.size() / 10, train.size() > 1 ? 1 : 0);
    validation = {train.end - judges, train.end};
    train.end -= judges;
  } else if (validation.begin == train.end) {
    everything = {train.begin, validation.end};
  }
  units_ = units ? *units : units_of(observations, task, train, weights_);
  everything_ = rows(everything, observations, task);
  if (validation.size() < few_judges && everything.size() <= most_folded) splits_ = folds();
  if (splits_.empty()) splits_.push_back({rows(train, observations, task), rows(validation, observations, task)});
}

std::vector<LatentSplit> LatentData::folds() const {
  RowRange const all = everything_.range;
  std::vector<LatentSplit> splits;
  for (std::int64_t fold = 0; fold < fold_count && all.size() >= 2 * fold_count; ++fold) {
    std::int64_t const begin = fold * all.size() / fold_count;
    std::int64_t const end = (fold + 1) * all.size() / fold_count;
    LatentSplit split{everything_, {features_, {all.begin + begin, all.begin + end}, {}, {}}};
    auto const part = [&](std::vector<double>& values) { return std::span(values).subspan(begin, end - begin); };
    auto const responses = part(split.fitted.responses);
    auto const weights = part(split.fitted.weights);
    split.judges.responses.assign(responses.begin(), responses.end());
    split.judges.weights.assign(weights.begin(), weights.end());
    std::fill(weights.begin(), weights.end(), 0.0);
    splits.push_back(std::move(split));
  }
  return splits;
}

LatentRows LatentData::rows(RowRange range, Observations const& observations, std::int64_t task) const {
  LatentRows result{features_, range, {}, {}};
  double const factor = scale() > 0 ? 1 / scale() : 0.0;
  for (std::int64_t row = range.begin; row < range.end; ++row) {
    result.responses.push_back(factor * (response(observations, row, task) - centre()));
    result.weights.push_back(weights_[static_cast<std::size_t>(row)]);
  }
  return result;
}

std::vector<double> LatentData::phi(RowRange range, std::vector<double> const& coefficients) const {
  std::vector<double> values(static_cast<std::size_t>(range.size()), 0.0);
  if (values.empty() || coefficients.empty()) return values;
  features().multiply(range, {coefficients.data(), static_cast<std::int64_t>(coefficients.size()), 1, 1},
                      {values.data(), range.size(), 1, 1});
  return values;
}

bool only_single_mutants(Observations const& observations, RowRange rows) {
  auto const letter = [&](std::int64_t row, std::int64_t position) {
    return observations.letters.data[row * observations.letters.stride + position];
  };
  std::vector<std::uint8_t> common;
  for (std::int64_t position = 0; position < observations.length(); ++position) {
    std::array<std::int64_t, 256> counts{};
    for (std::int64_t row = rows.begin; row < rows.end; ++row) ++counts[letter(row, position)];
    common.push_back(static_cast<std::uint8_t>(std::max_element(counts.begin(), counts.end()) - counts.begin()));
  }
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    int differences = 0;
    for (std::int64_t position = 0; position < observations.length(); ++position) {
      differences += letter(row, position) != common[static_cast<std::size_t>(position)] ? 1 : 0;
      if (differences > 1) return false;
    }
  }
  return true;
}

}  // namespace shoal::surrogate
