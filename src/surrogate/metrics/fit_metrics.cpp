// SPDX-License-Identifier: MIT
#include "surrogate/metrics/fit_metrics.hpp"

#include "base/not_a_number.hpp"

namespace shoal::surrogate {

namespace {

struct SumsOfSquares {
  double residual = 0;
  double total = 0;
};

SumsOfSquares sums_of_squares(Column observed, Column predicted) {
  SumsOfSquares sums;
  double const centre = mean(observed);
  for (std::int64_t row = 0; row < observed.count; ++row) {
    double const residual = observed[row] - predicted[row];
    double const deviation = observed[row] - centre;
    sums.residual += residual * residual;
    sums.total += deviation * deviation;
  }
  return sums;
}

}  // namespace

double mean(Column values) {
  double sum = 0;
  for (std::int64_t row = 0; row < values.count; ++row) sum += values[row];
  return sum / static_cast<double>(values.count);
}

double r_squared(Column observed, Column predicted) {
  SumsOfSquares const sums = sums_of_squares(observed, predicted);
  return r_squared(sums.residual, sums.total);
}

double r_squared(double residual_squares, double total_squares) {
  return total_squares > 0 ? 1.0 - residual_squares / total_squares : not_a_number;
}

double deviation_squares(Column values) {
  double const centre = mean(values);
  double sum = 0;
  for (std::int64_t row = 0; row < values.count; ++row) sum += (values[row] - centre) * (values[row] - centre);
  return sum;
}

double pearson_squared(Column observed, Column predicted) {
  double const observed_mean = mean(observed);
  double const predicted_mean = mean(predicted);
  double together = 0;
  double first = 0;
  double second = 0;
  for (std::int64_t row = 0; row < observed.count; ++row) {
    double const a = observed[row] - observed_mean;
    double const b = predicted[row] - predicted_mean;
    together += a * b;
    first += a * a;
    second += b * b;
  }
  return pearson_squared(together, first, second);
}

double pearson_squared(double together, double observed_squares, double predicted_squares) {
  return observed_squares > 0 && predicted_squares > 0 ? together / observed_squares * (together / predicted_squares)
                                                       : not_a_number;
}

double fold_score(Column observed, Column predicted) {
  SumsOfSquares const sums = sums_of_squares(observed, predicted);
  return fold_score(sums.residual, sums.total);
}

double fold_score(double residual_squares, double total_squares) {
  if (total_squares > 0) return 1.0 - residual_squares / total_squares;
  return residual_squares > 0 ? 0.0 : 1.0;
}

}  // namespace shoal::surrogate
