// SPDX-License-Identifier: MIT
// The rows of one task as a nonlinear fit uses them: standardised responses, rows to fit, and rows by which fits are
// judged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "surrogate/epistasis/gauss_newton.hpp"
#include "surrogate/observations.hpp"

namespace shoal::surrogate {

// Rows that a fit sees, and rows outside it by which it is judged.
struct LatentSplit {
  LatentRows fitted;
  LatentRows judges;
};

// Standardised responses are (y - centre) / scale.
struct ResponseUnits {
  double centre = 0;
  double scale = 0;  // 0 where the responses are constant
};

class LatentData {
 public:
  // Responses are standardised by the training rows' mean and standard deviation, or by `units`, which are those of an
  // earlier fit with other weights whose curve keeps its meaning. Weights are the observations'; with `known_noise`
  // they are multiplied by standard_error^-2, scaled to mean 1. Without validation rows the last tenth of the training
  // rows judges, and joins in everything().
  LatentData(FeatureOperator const& features, Observations const& observations, std::int64_t task, bool known_noise,
             std::optional<ResponseUnits> const& units = {});

  FeatureOperator const& features() const { return *features_; }
  // The rows that train or validate; empty if they do not adjoin.
  LatentRows const& everything() const { return everything_; }
  // How fits are compared. They are trained on the training rows and judged by the validation rows. If these are too
  // few to tell fits apart, both are cross-validated (folds()).
  std::vector<LatentSplit> const& splits() const { return splits_; }
  // The judges of all splits, in order.
  LatentRows const& judges() const { return splits_.size() > 1 ? everything_ : splits_.front().judges; }
  // Contiguous folds of everything(), each judging a fit in which its own rows have weight 0. None where
  // everything() is empty or has hardly more rows than there are folds.
  std::vector<LatentSplit> folds() const;
  ResponseUnits const& units() const { return units_; }
  double centre() const { return units_.centre; }
  double scale() const { return units_.scale; }

  // Phi coefficients, without a constant.
  std::vector<double> phi(kernels::RowRange rows, std::vector<double> const& coefficients) const;

 private:
  LatentRows rows(kernels::RowRange range, Observations const& observations, std::int64_t task) const;

  ResponseUnits units_;
  FeatureOperator const* features_;
  std::vector<double> weights_;  // [rows]
  LatentRows everything_;
  std::vector<LatentSplit> splits_;
};

// Whether every row of the range differs from the rows' most common letters in at most one position. Then effects
// never meet in one sequence, and curvature cannot be told from them.
bool only_single_mutants(Observations const& observations, kernels::RowRange rows);

}  // namespace shoal::surrogate
