// SPDX-License-Identifier: MIT
// Functions of the beta, gamma and error family that noise models need. Thread-safe. The same bits everywhere that log,
// exp and pow give the same bits. An argument outside the stated domain gives NaN or an infinity; nothing throws.
// tests/surrogate/noise_model_test.cpp compares with SciPy and with closed forms.
//
// Quantiles are Boost.Math's, in double precision: more accurate and faster than our own were. log_gamma and digamma,
// which a fit calls for every row at every step, stay our own asymptotic series (NIST Handbook, 5.11). Boost's log
// gamma takes 1.4 times as long, and its last bits, other than ours, let fits with skewed noise end elsewhere within
// their tolerance: maps moved by up to 3e-6 (tests/bench/RESULTS.md).
#pragma once

namespace shoal::surrogate {

// log Gamma(x), x > 0. Error below 2e-14 of max(1, |value|).
double log_gamma(double x);

// The derivative of log_gamma, x > 0. Error below 2e-15 of max(1, |value|).
double digamma(double x);

// A point x of [0, 1] and 1 - x, both to full relative accuracy.
struct UnitPoint {
  double x = 0;
  double complement = 1;
};

// The x with I_x(a, b) = probability in (0, 1), where I is the regularised incomplete beta function; a, b > 0. Relative
// error of both members below 1e-11 for a, b in [0.01, 1.6e5].
UnitPoint inverse_incomplete_beta(double a, double b, double probability);

// The x with normal cumulative probability `probability` in (0, 1). Relative error below 1e-15.
double normal_quantile(double probability);

}  // namespace shoal::surrogate
