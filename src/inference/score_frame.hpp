// SPDX-License-Identifier: MIT
// What scores that are relative to a library (Task::is_relative) are relative to.
#pragma once

#include <vector>

namespace shoal::inference {

// A profile's mean over a library and the unit vector of its largest variance; empty if a task has none.
struct PrincipalComponent {
  std::vector<double> mean;
  std::vector<double> direction;
};

// What the scores of one task are relative to.
struct ScoreFrame {
  double wild_type = 0.0;  // the score of the library's row 0 before transforms: y0 of log2fc
  PrincipalComponent component;
};

}  // namespace shoal::inference
