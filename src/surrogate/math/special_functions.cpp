// SPDX-License-Identifier: MIT
// The only file that knows Boost.Math (https://www.boost.org/doc/libs/1_74_0/libs/math).
#include "surrogate/math/special_functions.hpp"

#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
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

}  // namespace

double log_gamma(double x) {
  return boost::math::lgamma(x, DoubleOnly());
}

double digamma(double x) {
  return boost::math::digamma(x, DoubleOnly());
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
