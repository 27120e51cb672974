// SPDX-License-Identifier: MIT
// Options of the surrogate methods of a scan, beside the lambdas and the holdout that all regressions share.
#pragma once

#include "surrogate/surrogate_model.hpp"

namespace shoal::attribution {

struct SurrogateMethodOptions {
  surrogate::SurrogateOptions surrogate;  // its lambdas and its reference sequence are set by the method
  double validation = 0.1;                // share of the library, before the held-out rows, that chooses lambda

  void validate() const;  // errors: config
};

}  // namespace shoal::attribution
