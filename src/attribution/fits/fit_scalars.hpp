// SPDX-License-Identifier: MIT
// Numbers of a regression as a store has them: a row that is done has no NaN.
#pragma once

#include <cmath>

namespace shoal::attribution {

// R², a squared correlation or a correlation. If the scores or the predictions do not vary there is none, and the value
// is 0: nothing is explained.
inline double share_explained(double metric) {
  return std::isfinite(metric) ? metric : 0.0;
}

inline constexpr char const* fallback_definition =
    "0: as asked; 1: a constant (y or the sequences do not vary: R² and correlations are 0); 2: additive and linear "
    "(single mutants only)";

}  // namespace shoal::attribution
