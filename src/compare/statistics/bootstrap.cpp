// SPDX-License-Identifier: MIT
#include "compare/statistics/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "library/random_draws.hpp"

namespace shoal::compare {

namespace {

double percentile(std::vector<double> const& sorted, double share) {
  double const place = share * static_cast<double>(sorted.size() - 1);
  auto const below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

}  // namespace

std::vector<std::uint32_t> resample(std::uint64_t seed, std::int64_t number, std::int64_t items) {
  std::vector<std::uint32_t> counts(at(items));
  // No command that compares draws noise of another kind.
  library::Draws draws(seed, library::Draws::Purpose::noise, static_cast<std::uint64_t>(number), 0);
  for (std::int64_t draw = 0; draw < items; ++draw) ++counts[draws.below(static_cast<std::uint64_t>(items))];
  return counts;
}

Estimate estimate(double value, std::int64_t loci, std::vector<double> replicates, double confidence) {
  std::erase_if(replicates, [](double each) { return std::isnan(each); });
  Estimate result{value, not_a_number, not_a_number, not_a_number, loci};
  if (replicates.size() < 2 || std::isnan(value)) return result;
  double mean = 0;
  for (double const each : replicates) mean += each / static_cast<double>(replicates.size());
  double squares = 0;
  for (double const each : replicates) squares += (each - mean) * (each - mean);
  result.error = std::sqrt(squares / static_cast<double>(replicates.size() - 1));
  std::sort(replicates.begin(), replicates.end());
  result.lower = percentile(replicates, (1 - confidence) / 2);
  result.upper = percentile(replicates, (1 + confidence) / 2);
  return result;
}

ColumnMeans bootstrap_means(std::span<double const> values, std::size_t loci, std::uint64_t seed,
                            std::int64_t resamples) {
  std::size_t const columns = values.size() / loci;
  // Loci first, so that one locus's columns are added together; NaN as 0, and 1 where there is a value.
  std::vector<double> numbers(values.size()), known(values.size());
  bool all_known = true;
  ColumnMeans result{std::vector<double>(columns), std::vector<std::int64_t>(columns),
                     std::vector<std::vector<double>>(columns, std::vector<double>(at(resamples)))};
  for (std::size_t column = 0; column < columns; ++column) {
    double sum = 0;
    for (std::size_t locus = 0; locus < loci; ++locus) {
      double const value = values[column * loci + locus];
      bool const is_known = !std::isnan(value);
      numbers[locus * columns + column] = is_known ? value : 0;
      known[locus * columns + column] = is_known ? 1 : 0;
      all_known = all_known && is_known;
      sum += is_known ? value : 0;
      result.loci[column] += is_known ? 1 : 0;
    }
    result.means[column] = result.loci[column] > 0 ? sum / static_cast<double>(result.loci[column]) : not_a_number;
  }
  std::vector<double> sums(columns), counts(columns);
  for (std::int64_t number = 0; number < resamples; ++number) {
    auto const weights = resample(seed, number, static_cast<std::int64_t>(loci));
    std::fill(sums.begin(), sums.end(), 0.0);
    std::fill(counts.begin(), counts.end(), all_known ? static_cast<double>(loci) : 0.0);
    for (std::size_t locus = 0; locus < loci; ++locus) {
      if (weights[locus] == 0) continue;
      double const weight = weights[locus];
      double const* const row = numbers.data() + locus * columns;
      for (std::size_t column = 0; column < columns; ++column) sums[column] += weight * row[column];
      if (all_known) continue;
      double const* const here = known.data() + locus * columns;
      for (std::size_t column = 0; column < columns; ++column) counts[column] += weight * here[column];
    }
    for (std::size_t column = 0; column < columns; ++column) {
      result.replicates[column][at(number)] = counts[column] > 0 ? sums[column] / counts[column] : not_a_number;
    }
  }
  return result;
}

}  // namespace shoal::compare
