// SPDX-License-Identifier: MIT
// Functions of the beta and gamma family that skewed noise needs. Thread-safe, the same bits everywhere that log and
// exp are; relative errors near 1e-14, tested against SciPy.
#pragma once

namespace shoal::surrogate {

// log Gamma(x), x > 0.
double log_gamma(double x);

// The derivative of log_gamma, x > 0.
double digamma(double x);

// The regularised incomplete beta function I_x(a, b), x in [0, 1], a, b > 0.
double incomplete_beta(double a, double b, double x);

// A point x of [0, 1] and 1 - x, both to full relative accuracy.
struct UnitPoint {
  double x = 0;
  double complement = 1;
};

// The x with I_x(a, b) = probability in (0, 1).
UnitPoint inverse_incomplete_beta(double a, double b, double probability);

// The x with normal cumulative probability `probability` in (0, 1).
double normal_quantile(double probability);

}  // namespace shoal::surrogate
