// SPDX-License-Identifier: MIT
// A mean with its error and interval.
#pragma once

#include <span>

#include "base/not_a_number.hpp"

namespace shoal::statistics {

// NaN where it does not exist.
struct Estimate {
  double mean = not_a_number;
  double deviation = not_a_number;  // standard deviation of the values (n - 1)
  double error = not_a_number;      // standard error of the mean
  double lower = not_a_number;      // confidence interval of the mean, by Student's t
  double upper = not_a_number;
};

// Statistics of the values in their order: one pass for the mean, one for the deviation. The interval is mean ± t
// error, with Student's t of n - 1 degrees of freedom. One value has no error, and none no mean (NaN).
Estimate estimate(std::span<double const> values, double confidence);

}  // namespace shoal::statistics
