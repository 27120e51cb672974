// SPDX-License-Identifier: MIT
// Functions of the beta, gamma and error family that noise models need: Boost.Math in double precision. Thread-safe.
// The same bits everywhere that log, exp and pow give the same bits. An argument outside the stated domain gives NaN or
// an infinity; nothing throws. Relative errors are below 1e-14, except near zeros of log_gamma and digamma, where the
// absolute error is (tests/surrogate/noise_model_test.cpp compares with SciPy).
#pragma once

namespace shoal::surrogate {

// log Gamma(x), x > 0.
double log_gamma(double x);

// The derivative of log_gamma, x > 0.
double digamma(double x);

// A point x of [0, 1] and 1 - x, both to full relative accuracy.
struct UnitPoint {
  double x = 0;
  double complement = 1;
};

// The x with I_x(a, b) = probability in (0, 1), where I is the regularised incomplete beta function; a, b > 0.
UnitPoint inverse_incomplete_beta(double a, double b, double probability);

// The x with normal cumulative probability `probability` in (0, 1).
double normal_quantile(double probability);

}  // namespace shoal::surrogate
