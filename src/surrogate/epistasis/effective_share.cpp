// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/effective_share.hpp"

#include <cmath>
#include <cstddef>

namespace shoal::surrogate {

bool has_many_pairs(FeatureLayout const& layout) {
  return layout.pairs().size() > 2 * layout.sites().size();
}

double effective_share(std::vector<double> const& weights, std::vector<double> const& penalties) {
  double total = 0;
  double squares = 0;
  for (double const weight : weights) {
    total += weight;
    squares += weight * weight;
  }
  double inverse = 0;
  for (double const penalty : penalties) {
    if (!(penalty > 0)) return 1;
    inverse += total / penalty;
  }
  if (!(squares > 0)) return 1;
  double const rows = total * total / squares;
  // k = 1 / v is the root of k - k freedom / rows - 1, which is convex and rises from -1 at 0: from above, Newton's
  // steps come down to it.
  double k = 1 + inverse / rows;
  for (int step = 0; step < 50; ++step) {
    double freedom = 0;
    double rise = 0;
    for (double const penalty : penalties) {
      double const kept = total / (total + k * penalty);
      freedom += kept;
      rise += kept * kept;
    }
    double const lower = k - (k * (1 - freedom / rows) - 1) / (1 - rise / rows);
    if (!(lower < k * (1 - 1e-3))) break;
    k = lower;
  }
  return std::fmin(1 / k, 1.0);
}

}  // namespace shoal::surrogate
