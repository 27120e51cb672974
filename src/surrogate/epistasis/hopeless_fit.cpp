// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/hopeless_fit.hpp"

#include <cstddef>

namespace shoal::surrogate {

std::vector<double> judged_residuals(LatentData const& data, LatentSplit const& split, CurveShape const& shape,
                                     LatentFit const& fit) {
  CurveAt const curve(shape, fit.curve);
  std::vector<double> values = data.phi(split.judges.range, fit.coefficients);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = split.judges.responses[i] - curve(values[i]).value;
  return values;
}

double weighted_score(LatentRows const& rows, std::vector<double> const& residuals) {
  double total = 0;
  double mean = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    total += rows.weights[i];
    mean += rows.weights[i] * rows.responses[i];
  }
  mean /= total;
  double residual_squares = 0;
  double squares = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    double const deviation = rows.responses[i] - mean;
    residual_squares += rows.weights[i] * residuals[i] * residuals[i];
    squares += rows.weights[i] * deviation * deviation;
  }
  return squares > 0 ? 1 - residual_squares / squares : 0.0;
}

bool HopelessFit::gives_up(LatentFit const& fit) {
  LatentSplit const& split = data_.splits().front();
  double const score = weighted_score(split.judges, judged_residuals(data_, split, shape_, fit));
  falls_ = score < last_ && score < least_ ? falls_ + 1 : 0;
  last_ = score;
  return falls_ >= 2;
}

}  // namespace shoal::surrogate
