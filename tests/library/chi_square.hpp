// SPDX-License-Identifier: MIT
// Whether counts agree with a distribution.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace shoal::library {

// Chi-square of observed counts as standard deviations above its mean; cells that expect under 10 are pooled.
inline double chi_square_excess(std::vector<double> const& observed,
                                std::function<double(std::size_t)> const& expected) {
  double statistic = 0;
  double pooled_observed = 0;
  double pooled_expected = 0;
  int cells = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    double const mean = expected(i);
    if (mean < 10) {
      pooled_observed += observed[i];
      pooled_expected += mean;
      continue;
    }
    statistic += (observed[i] - mean) * (observed[i] - mean) / mean;
    ++cells;
  }
  if (pooled_expected > 1) {
    statistic += (pooled_observed - pooled_expected) * (pooled_observed - pooled_expected) / pooled_expected;
    ++cells;
  }
  double const freedom = cells - 1;
  return (statistic - freedom) / std::sqrt(2 * freedom);
}

}  // namespace shoal::library
