// SPDX-License-Identifier: MIT
// How well predictions fit: computed from the predictions themselves, in double precision, in row order.
#pragma once

#include <cstdint>

namespace shoal::surrogate {

// `count` numbers `stride` apart: one column of a row-major matrix.
struct Column {
  double const* data = nullptr;
  std::int64_t count = 0;
  std::int64_t stride = 1;
  double operator[](std::int64_t row) const { return data[row * stride]; }
};

double mean(Column values);

// The sum of squared deviations from the mean.
double deviation_squares(Column values);

// 1 - RSS/TSS, TSS about the mean of `observed`; NaN when `observed` is constant or empty.
double r_squared(Column observed, Column predicted);

// Squared Pearson correlation; NaN when either column is constant or empty.
double pearson_squared(Column observed, Column predicted);

// r_squared as scikit-learn scores a fold: where `observed` is constant, 1 for exact predictions and 0 otherwise.
double fold_score(Column observed, Column predicted);

// The same three from sums that were taken elsewhere: of squared residuals, of squared deviations from the means
// (observed, predicted), and of products of these deviations.
double r_squared(double residual_squares, double total_squares);
double pearson_squared(double together, double observed_squares, double predicted_squares);
double fold_score(double residual_squares, double total_squares);

}  // namespace shoal::surrogate
