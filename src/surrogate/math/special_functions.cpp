// SPDX-License-Identifier: MIT
// The only file that knows Boost.Math (https://www.boost.org/doc/libs/1_74_0/libs/math).
#include "surrogate/math/special_functions.hpp"

#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

namespace shoal::surrogate {

namespace {

namespace policies = boost::math::policies;

// Without promotion all arithmetic is in double precision: long double has another width on another processor, and is
// slower. Ignoring an error means that the function returns NaN, infinity or the best value that it has.
using DoubleOnly =
    policies::policy<policies::promote_double<false>, policies::domain_error<policies::ignore_error>,
                     policies::pole_error<policies::ignore_error>, policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>>;

// Where the asymptotic series are good to 1e-16.
constexpr double large_enough = 12;

}  // namespace

double log_gamma(double x) {
  double product = 1;
  for (; x < large_enough; x += 1) product *= x;
  double const inverse = 1 / x;
  double const square = inverse * inverse;
  double const series =
      inverse *
      (1.0 / 12 +
       square * (-1.0 / 360 +
                 square * (1.0 / 1260 + square * (-1.0 / 1680 + square * (1.0 / 1188 - square * (691.0 / 360360))))));
  return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + series - std::log(product);
}

double digamma(double x) {
  double sum = 0;
  for (; x < large_enough; x += 1) sum -= 1 / x;
  double const square = 1 / (x * x);
  double const series =
      square *
      (1.0 / 12 -
       square *
           (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square * (1.0 / 132 - square * (691.0 / 32760))))));
  return sum + std::log(x) - 0.5 / x - series;
}

UnitPoint inverse_incomplete_beta(double a, double b, double probability) {
  UnitPoint point;
  point.x = boost::math::ibeta_inv(a, b, probability, &point.complement, DoubleOnly());
  return point;
}

double normal_quantile(double probability) {
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * probability, DoubleOnly());
}

}  // namespace shoal::surrogate
