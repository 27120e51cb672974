// SPDX-License-Identifier: MIT
// DeepLIFT's rescale rule for softmax, layer normalisation and log-sum-exp over one row, host and device.
#pragma once

#include <cmath>

#include "kernels/common/along_axis_backward.hpp"
#include "kernels/common/double_exponential.hpp"

namespace shoal::kernels {

// A row of the input and the same row of its reference.
struct RowPair {
  Row own, reference;

  SHOAL_HOST_DEVICE double difference(std::int64_t i) const {
    return static_cast<double>(own[i]) - static_cast<double>(reference[i]);
  }
};

// Exponentials of both rows relative to the largest of all their elements, and their sums.
struct ExponentialPair {
  RowPair rows;
  double most = 0.0, sum = 0.0, reference_sum = 0.0;

  SHOAL_HOST_DEVICE explicit ExponentialPair(RowPair const& pair) : rows(pair) {
    most = static_cast<double>(larger(maximum_of(pair.own), maximum_of(pair.reference)));
    for (std::int64_t i = 0; i < pair.own.count; ++i) {
      sum += own(i);
      reference_sum += reference(i);
    }
  }
  SHOAL_HOST_DEVICE double own(std::int64_t i) const {
    return exponential_of_negative(static_cast<double>(rows.own[i]) - most);
  }
  SHOAL_HOST_DEVICE double reference(std::int64_t i) const {
    return exponential_of_negative(static_cast<double>(rows.reference[i]) - most);
  }
  // (own - reference) / (the difference of their exponents), from the larger one down.
  SHOAL_HOST_DEVICE double slope(std::int64_t i) const {
    double const difference = rows.difference(i);
    if (difference == 0.0) return own(i);
    return difference > 0.0 ? own(i) * -expm1_of_negative(-difference) / difference
                            : reference(i) * expm1_of_negative(difference) / difference;
  }
};

SHOAL_HOST_DEVICE inline void softmax_rescale_of(RowPair const& x, Row const& g, float* to, std::int64_t step) {
  ExponentialPair const e(x);
  double through_sum = 0.0;
  for (std::int64_t i = 0; i < g.count; ++i) {
    through_sum += static_cast<double>(g[i]) * 0.5 * (e.own(i) + e.reference(i));
  }
  double const inverse = 1.0 / e.sum, reference_inverse = 1.0 / e.reference_sum;
  double const mean_inverse = 0.5 * (inverse + reference_inverse);
  for (std::int64_t i = 0; i < g.count; ++i) {
    double const of_exponential = static_cast<double>(g[i]) * mean_inverse - through_sum * inverse * reference_inverse;
    to[i * step] = static_cast<float>(of_exponential * e.slope(i));
  }
}

SHOAL_HOST_DEVICE inline void log_sum_exp_rescale_of(RowPair const& x, float g, float* to, std::int64_t step) {
  ExponentialPair const e(x);
  double const difference = e.sum - e.reference_sum;
  double const of_sum =
      difference == 0.0 ? 1.0 / e.sum : logarithm_of_one_plus(difference / e.reference_sum) / difference;
  for (std::int64_t i = 0; i < x.own.count; ++i) {
    to[i * step] = static_cast<float>(static_cast<double>(g) * of_sum * e.slope(i));
  }
}

SHOAL_HOST_DEVICE inline double variance_of(Row const& x, double mean) {
  double squares = 0.0;
  for (std::int64_t i = 0; i < x.count; ++i) {
    double const difference = static_cast<double>(x[i]) - mean;
    squares += difference * difference;
  }
  return squares / static_cast<double>(x.count);
}

SHOAL_HOST_DEVICE inline void layer_norm_rescale_of(RowPair const& x, float const* scale, float epsilon, Row const& g,
                                                    float* to) {
  auto const count = static_cast<double>(g.count);
  double const mean = sum_of(x.own) / count, reference_mean = sum_of(x.reference) / count;
  double const s = sqrt(variance_of(x.own, mean) + static_cast<double>(epsilon));
  double const r = sqrt(variance_of(x.reference, reference_mean) + static_cast<double>(epsilon));
  // h = g scale; m = the mean of x - mean in the two rows.
  auto const h = [&](std::int64_t i) { return static_cast<double>(g[i]) * static_cast<double>(scale[i]); };
  auto const m = [&](std::int64_t i) {
    return 0.5 * (static_cast<double>(x.own[i]) - mean + static_cast<double>(x.reference[i]) - reference_mean);
  };
  double sum = 0.0, products = 0.0;
  for (std::int64_t i = 0; i < g.count; ++i) {
    sum += h(i);
    products += h(i) * m(i);
  }
  double const mean_inverse = 0.5 * (1.0 / s + 1.0 / r);
  // The change of 1 / s per change of the variance, times the change of the variance per change of an element.
  double const of_variance = -products / (s * r * (s + r)) * 2.0 / count;
  for (std::int64_t i = 0; i < g.count; ++i) {
    // The elements m sum to 0, so only h has a mean to lose.
    to[i] = static_cast<float>((h(i) - sum / count) * mean_inverse + of_variance * m(i));
  }
}

}  // namespace shoal::kernels
