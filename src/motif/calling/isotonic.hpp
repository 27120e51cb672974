// SPDX-License-Identifier: MIT
// Isotonic regression by pooling adjacent violators.
#pragma once

#include <vector>

namespace shoal::motif {

struct WeightedPoint {
  double x = 0;
  double y = 0;
  double weight = 1;
};

// The values at x of the non-decreasing function that is closest to the points in weighted least squares, sorted
// by x; one per different x. Points at the same x count as their weighted mean.
std::vector<WeightedPoint> isotonic_fit(std::vector<WeightedPoint> points);

}  // namespace shoal::motif
