// SPDX-License-Identifier: MIT
// Tests by ranks.
#pragma once

#include <cstdint>
#include <span>

namespace shoal::statistics {

struct SignedRank {
  double p = 1;  // two-sided; 1 if no difference is other than 0
  double mean_difference = 0;
  std::int64_t pairs = 0;  // with both values
};

// Wilcoxon's signed-rank test of one - other by the normal approximation with correction for ties; differences of 0
// are left out. Pairs with a NaN are left out.
SignedRank signed_rank(std::span<double const> one, std::span<double const> other);

// One-sided Mann-Whitney test that numbers of `one` are smaller than those of `other`: normal approximation with ties
// and continuity corrected. 1 without numbers.
double mann_whitney_less(std::span<double const> one, std::span<double const> other);

// Two-sided: twice the smaller of the one-sided p-values, 1 at most.
double mann_whitney(std::span<double const> one, std::span<double const> other);

}  // namespace shoal::statistics
