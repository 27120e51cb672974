// SPDX-License-Identifier: MIT
// How well fits do on the rows that judge, and when a fit cannot win any more and is given up.
#pragma once

#include <limits>
#include <vector>

#include "surrogate/epistasis/latent_data.hpp"

namespace shoal::surrogate {

// Responses of a split's judges minus g(phi) [judges], standardised.
std::vector<double> judged_residuals(LatentData const& data, LatentSplit const& split, CurveShape const& shape,
                                     LatentFit const& fit);

// 1 - weighted RSS / weighted TSS of residuals [rows]; 0 where the responses are constant.
double weighted_score(LatentRows const& rows, std::vector<double> const& residuals);

// Gives up a fit of the first split when its score has fallen at two looks in a row to below `least`.
class HopelessFit : public LatentWatch {
 public:
  // All arguments are kept by reference.
  HopelessFit(LatentData const& data, CurveShape const& shape, double least)
      : data_(data), shape_(shape), least_(least) {}
  bool gives_up(LatentFit const& fit) override;

 private:
  LatentData const& data_;
  CurveShape const& shape_;
  double least_;
  double last_ = -std::numeric_limits<double>::infinity();
  int falls_ = 0;
};

}  // namespace shoal::surrogate
