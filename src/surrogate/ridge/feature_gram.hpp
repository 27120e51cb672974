// SPDX-License-Identifier: MIT
// The normal matrix of additive features from counts, without a design matrix.
//
// The product of two functions at two sites is one feature of the pairwise model. So the sums that a pairwise model's
// transposed map takes, of the rows' weights, are the entries of the additive model's Gram matrix. A row with m
// mutations costs m (m - 1) / 2 additions, where written-out rows cost parameters² / 2.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/features/feature_operator.hpp"

namespace shoal::surrogate {

class AdditiveGram {
 public:
  // For the additive features of an operator of these observations, which outlive this object. Builds the lists of all
  // pairs of sites once: 10 bytes per mutation and 8 per row.
  AdditiveGram(FeatureOperator const& additive, Observations const& observations);

  // [parameters, parameters], the lower triangle: Σ over the rows of w (phi - means)(phi - means)^T, with `means`
  // [parameters] the weighted means. The order of summation depends on the rows alone.
  std::vector<double> centred(kernels::RowRange rows, std::vector<double> const& means) const;

 private:
  void add_sites(kernels::RowRange rows, std::vector<double>& gram) const;
  void add_pairs(std::vector<double> const& sums, std::vector<double>& gram) const;

  Observations const& observations_;
  FeatureOperator products_;
  std::int64_t size_;  // parameters of the additive model
};

}  // namespace shoal::surrogate
