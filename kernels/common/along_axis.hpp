// SPDX-License-Identifier: MIT
// Arithmetic of reductions, softmax and layer normalisation over one row of evenly spaced floats, host and device.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/common/activation.hpp"
#include "kernels/common/maximum.hpp"

namespace shoal::kernels {

// `count` >= 1 floats, `step` apart.
struct Row {
  float const* first;
  std::int64_t count;
  std::int64_t step;
  SHOAL_HOST_DEVICE float operator[](std::int64_t i) const { return first[i * step]; }
};

SHOAL_HOST_DEVICE inline float maximum_of(Row const& row) {
  float most = row[0];
  for (std::int64_t i = 1; i < row.count; ++i) most = larger(most, row[i]);
  return most;
}

SHOAL_HOST_DEVICE inline double sum_of(Row const& row) {
  double sum = 0.0;
  for (std::int64_t i = 0; i < row.count; ++i) sum += static_cast<double>(row[i]);
  return sum;
}

// Sum of e^(x - most).
SHOAL_HOST_DEVICE inline double sum_of_exponentials(Row const& row, float most) {
  double sum = 0.0;
  for (std::int64_t i = 0; i < row.count; ++i) sum += static_cast<double>(exponential<ScalarMath>(row[i] - most));
  return sum;
}

SHOAL_HOST_DEVICE inline float reduced(Reduction reduction, Row const& row) {
  switch (reduction) {
    case Reduction::mean:
      return static_cast<float>(sum_of(row) / static_cast<double>(row.count));
    case Reduction::sum:
      return static_cast<float>(sum_of(row));
    case Reduction::max:
      return maximum_of(row);
    case Reduction::log_sum_exp:
      break;
  }
  float const most = maximum_of(row);
  if (most - most != 0.0F) return most;  // infinity or NaN
  return most + logarithm<ScalarMath>(static_cast<float>(sum_of_exponentials(row, most)));
}

// y has its own step.
SHOAL_HOST_DEVICE inline void softmax_of(Row const& row, float* y, std::int64_t y_step) {
  float const most = maximum_of(row);
  double const sum = sum_of_exponentials(row, most);
  for (std::int64_t i = 0; i < row.count; ++i) {
    y[i * y_step] = static_cast<float>(static_cast<double>(exponential<ScalarMath>(row[i] - most)) / sum);
  }
}

// y is contiguous.
SHOAL_HOST_DEVICE inline void layer_norm_of(Row const& row, float const* scale, float const* shift, float epsilon,
                                            float* y) {
  auto const count = static_cast<double>(row.count);
  double const mean = sum_of(row) / count;
  double squares = 0.0;
  for (std::int64_t i = 0; i < row.count; ++i) {
    double const difference = static_cast<double>(row[i]) - mean;
    squares += difference * difference;
  }
  double const spread = sqrt(squares / count + static_cast<double>(epsilon));
  for (std::int64_t i = 0; i < row.count; ++i) {
    auto const normal = static_cast<float>((static_cast<double>(row[i]) - mean) / spread);
    y[i] = ScalarMath::fma(normal, scale[i], shift[i]);
  }
}

}  // namespace shoal::kernels
