// SPDX-License-Identifier: MIT
#include "scan/stability.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace shoal::scan {

namespace {

// Rounded up; at least the wild type and one mutant.
std::vector<std::int64_t> shares(std::int64_t mutants, std::initializer_list<std::int64_t> parts) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t const part : parts) sizes.push_back((mutants + part - 1) / part);
  return sizes;
}

double mean(std::span<float const> values) {
  double sum = 0;
  for (float const value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

void check_smallest(std::int64_t smallest, std::string_view option, surrogate::RidgeOptions const& ridge) {
  try {
    ridge.validate(smallest);
  } catch (Error const& error) {
    fail(ErrorCode::config, fmt::format("{} fits libraries of {} mutants: {}", option, smallest, error.what()));
  }
}

}  // namespace

void StabilityOptions::validate(std::int64_t mutants, surrogate::RidgeOptions const& ridge) const {
  if (replicates < 0) fail(ErrorCode::config, fmt::format("--replicates {}: must not be negative", replicates));
  if (!(converge >= 0 && converge < 1)) {
    fail(ErrorCode::config, fmt::format("--converge {}: choose a correlation above 0 and below 1", converge));
  }
  auto const growth = growth_sizes(mutants);
  if (converges()) check_smallest(growth.front(), "--converge", ridge);
  // A library that grows may stop at its second size.
  if (repeats()) check_smallest(compared_sizes(converges() ? growth[1] : mutants).front(), "--replicates", ridge);
}

std::vector<std::int64_t> growth_sizes(std::int64_t mutants) {
  return shares(mutants, {32, 16, 8, 4, 2, 1});
}

std::vector<std::int64_t> compared_sizes(std::int64_t mutants) {
  return shares(mutants, {8, 4, 2});
}

double map_correlation(std::span<float const> one, std::span<float const> other) {
  expect(one.size() == other.size(), "maps of different shapes are compared");
  if (std::equal(one.begin(), one.end(), other.begin())) return 1.0;
  double const one_mean = mean(one);
  double const other_mean = mean(other);
  double together = 0;
  double first = 0;
  double second = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    double const a = one[i] - one_mean;
    double const b = other[i] - other_mean;
    together += a * b;
    first += a * a;
    second += b * b;
  }
  return first > 0 && second > 0 ? together / std::sqrt(first) / std::sqrt(second) : 0.0;
}

double mean_correlation(std::vector<std::vector<float>> const& maps) {
  double sum = 0;
  double pairs = 0;
  for (std::size_t one = 0; one < maps.size(); ++one) {
    for (std::size_t other = one + 1; other < maps.size(); ++other, ++pairs) {
      sum += map_correlation(maps[one], maps[other]);
    }
  }
  return sum / pairs;
}

std::vector<float> map_deviation(std::vector<std::vector<float>> const& maps) {
  std::vector<float> deviation;
  auto const count = static_cast<double>(maps.size());
  for (std::size_t i = 0; i < maps.front().size(); ++i) {
    double sum = 0;
    for (auto const& map : maps) sum += map[i];
    double squares = 0;
    for (auto const& map : maps) squares += (map[i] - sum / count) * (map[i] - sum / count);
    deviation.push_back(static_cast<float>(std::sqrt(squares / (count - 1))));
  }
  return deviation;
}

void add_stability_schema(StabilityOptions const& options, std::int64_t length, store::MethodSchema& schema) {
  if (!options.repeats()) return;
  if (options.replicates > 1) {
    attribution::ArraySchema deviation = attribution::map_array(length);
    deviation.name = "map_sd";
    deviation.notes["definition"] = fmt::format(
        "standard deviation (divisor {}) of the map over the libraries of {} seeds, library.seed and those that follow",
        options.replicates - 1, options.replicates);
    schema.arrays.push_back(std::move(deviation));
    schema.scalars.emplace_back("replicate_correlation");
    schema.notes["replicate_correlation.definition"] = "mean Pearson correlation of the maps of two seeds, all pairs";
  }
  schema.arrays.push_back({"size_correlation",
                           {3},
                           attribution::NumberType::float64,
                           {{"axes", "the first eighth, quarter and half of the mutants"},
                            {"definition", "Pearson correlation of their map with that of all mutants"}}});
}

}  // namespace shoal::scan
