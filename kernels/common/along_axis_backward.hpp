// SPDX-License-Identifier: MIT
// Softmax, layer normalisation and reductions backwards over one row, host and device.
#pragma once

#include <cmath>

#include "kernels/common/along_axis.hpp"
#include "kernels/sequence_values.hpp"

namespace shoal::kernels {

// All rows have one count; the adjoint of the input goes to to[i * step].
SHOAL_HOST_DEVICE inline void softmax_backward_of(Row const& y, Row const& g, float* to, std::int64_t step) {
  double sum = 0.0;
  for (std::int64_t i = 0; i < y.count; ++i) sum += static_cast<double>(g[i]) * static_cast<double>(y[i]);
  for (std::int64_t i = 0; i < y.count; ++i) {
    to[i * step] = static_cast<float>(static_cast<double>(y[i]) * (static_cast<double>(g[i]) - sum));
  }
}

SHOAL_HOST_DEVICE inline void layer_norm_backward_of(Row const& x, float const* scale, float epsilon, Row const& g,
                                                     float* to) {
  auto const count = static_cast<double>(x.count);
  double const mean = sum_of(x) / count;
  double squares = 0.0, sum = 0.0, products = 0.0;
  for (std::int64_t i = 0; i < x.count; ++i) {
    double const difference = static_cast<double>(x[i]) - mean;
    double const h = static_cast<double>(g[i]) * static_cast<double>(scale[i]);
    squares += difference * difference;
    sum += h;
    products += h * difference;
  }
  double const variance = squares / count + static_cast<double>(epsilon);
  double const spread = sqrt(variance);
  for (std::int64_t i = 0; i < x.count; ++i) {
    double const difference = static_cast<double>(x[i]) - mean;
    double const h = static_cast<double>(g[i]) * static_cast<double>(scale[i]);
    to[i] = static_cast<float>((h - sum / count - difference * (products / count / variance)) / spread);
  }
}

SHOAL_HOST_DEVICE inline void reduce_backward_of(Reduction reduction, Row const& x, float reduced_to, float g,
                                                 float* to, std::int64_t step) {
  std::int64_t equals = 0;
  for (std::int64_t i = 0; i < x.count; ++i) equals += x[i] == reduced_to ? 1 : 0;
  for (std::int64_t i = 0; i < x.count; ++i) {
    float value = g;
    if (reduction == Reduction::mean) value = g / static_cast<float>(x.count);
    if (reduction == Reduction::max) value = x[i] == reduced_to ? g / static_cast<float>(equals) : 0.0F;
    if (reduction == Reduction::log_sum_exp) value = g * exponential<ScalarMath>(x[i] - reduced_to);
    to[i * step] = value;
  }
}

// Row `line` along `axis` of one sequence's value: a channel's positions, or a position's channels.
SHOAL_HOST_DEVICE inline Row row_of(ConstValues const& values, std::int64_t sequence, Axis axis, std::int64_t line) {
  float const* const data = values.data + sequence * values.stride;
  if (axis == Axis::positions) return {data + line, values.positions, values.channels};
  return {data + line * values.channels, values.channels, 1};
}

SHOAL_HOST_DEVICE inline std::int64_t rows_along(ConstValues const& values, Axis axis) {
  return axis == Axis::positions ? values.channels : values.positions;
}

}  // namespace shoal::kernels
