// SPDX-License-Identifier: MIT
#include "statistics/estimate.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>

namespace shoal::statistics {

namespace {

// The t with P(|T| > t) = `outside`.
double student_quantile(double freedom, double outside) {
  // Without promotion to long double, whose bits differ between processors.
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  boost::math::students_t_distribution<double, Policy> const law(freedom);
  return boost::math::quantile(boost::math::complement(law, outside / 2));
}

}  // namespace

Estimate estimate(std::span<double const> values, double confidence) {
  if (values.empty()) return {};
  auto const count = static_cast<double>(values.size());
  double sum = 0;
  for (double const value : values) sum += value;
  double const mean = sum / count;
  if (values.size() == 1) return {mean, not_a_number, not_a_number, not_a_number, not_a_number};
  double squares = 0;
  for (double const value : values) squares += (value - mean) * (value - mean);
  double const deviation = std::sqrt(squares / (count - 1));
  double const error = deviation / std::sqrt(count);
  double const half = error * student_quantile(count - 1, 1 - confidence);
  return {mean, deviation, error, mean - half, mean + half};
}

}  // namespace shoal::statistics
