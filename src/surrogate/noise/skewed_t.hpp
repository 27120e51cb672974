// SPDX-License-Identifier: MIT
// The skewed t distribution of Jones and Faddy (J. R. Stat. Soc. B 65, 2003), moved so that its mode is 0:
// t* + x is distributed with density ∝ (1 + r)^(a + 1/2) (1 - r)^(b + 1/2), r = t / sqrt(a + b + t²), t = t* + x, where
// t* = (a - b) sqrt(a + b) / sqrt((2a + 1)(2b + 1)). a = b gives Student's t with 2a degrees of freedom.
#pragma once

#include <optional>

namespace shoal::surrogate {

struct SkewedShape {
  static constexpr double smallest = 0.01;
  static constexpr double largest = 1.6e5;  // nearer to its limit than any number of rows could tell
  double a = 1;
  double b = 1;
};

double skewed_t_mode(SkewedShape shape);  // t*

double skewed_t_log_density(SkewedShape shape, double x);

// The log density's derivatives with respect to x, log a and log b.
struct SkewedSlopes {
  double value = 0;
  double x = 0;
  double log_a = 0;
  double log_b = 0;
};
SkewedSlopes skewed_t_slopes(SkewedShape shape, double x);

double skewed_t_quantile(SkewedShape shape, double probability);

// The mean, where a, b > 1/2, and the variance, where a, b > 1.
std::optional<double> skewed_t_mean(SkewedShape shape);
std::optional<double> skewed_t_variance(SkewedShape shape);

}  // namespace shoal::surrogate
