// SPDX-License-Identifier: MIT
// Paired tests, their correction, ranks and the Pareto front.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::compare {

struct SignedRank {
  double p = 1;  // two-sided; 1 if no difference is other than 0
  double mean_difference = 0;
  std::int64_t pairs = 0;  // with both values
};

// Wilcoxon's signed-rank test of one - other by the normal approximation with correction for ties; differences of 0
// are left out. Pairs with a NaN are left out.
SignedRank signed_rank(std::span<double const> one, std::span<double const> other);

// Holm's step-down correction (Scandinavian Journal of Statistics 1979), in the order of `p`.
std::vector<double> holm(std::span<double const> p);

// Ranks from 1 for the highest value; equal values share the mean of theirs; NaN has none (NaN).
std::vector<double> ranks_from_highest(std::span<double const> values);

// Which items no other one dominates: at least as high in every criterion and higher in one. values
// [criteria][items]; an item with a NaN is not on the front.
std::vector<bool> pareto_front(std::vector<std::vector<double>> const& values);

}  // namespace shoal::compare
