// SPDX-License-Identifier: MIT
// Resampling of loci, or of groups of loci, with replacement (Efron 1979).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::compare {

// How often each of `items` is in resample `number`: `items` draws that only seed, number and items determine.
std::vector<std::uint32_t> resample(std::uint64_t seed, std::int64_t number, std::int64_t items);

// A value with its uncertainty. NaN where it does not exist.
struct Estimate {
  double value = 0;
  double error = 0;  // standard deviation of the resamples' values
  double lower = 0;  // their percentiles, linear between order statistics
  double upper = 0;
  std::int64_t loci = 0;
};

// Sums up resamples' values; those that are NaN are left out.
Estimate estimate(double value, std::int64_t loci, std::vector<double> replicates, double confidence);

// Means over loci of columns of values [columns][loci], where a NaN is no value, for the loci themselves and for every
// resample: [columns] and [columns][resamples].
struct ColumnMeans {
  std::vector<double> means;
  std::vector<std::int64_t> loci;
  std::vector<std::vector<double>> replicates;
};
ColumnMeans bootstrap_means(std::span<double const> values, std::size_t loci, std::uint64_t seed,
                            std::int64_t resamples);

}  // namespace shoal::compare
