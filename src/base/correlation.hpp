// SPDX-License-Identifier: MIT
// Correlations of two columns of numbers, in double precision, summed in row order.
#pragma once

#include <span>
#include <vector>

namespace shoal {

// Pearson's correlation of as many numbers; 0 where either column does not vary or is empty.
double pearson(std::span<double const> one, std::span<double const> other);

// Ranks from 1, the smallest number first; equal numbers share the mean of theirs. No number is NaN.
std::vector<double> ranks_from_lowest(std::span<double const> values);

// Spearman's correlation: Pearson's of the ranks.
double spearman(std::span<double const> one, std::span<double const> other);

}  // namespace shoal
