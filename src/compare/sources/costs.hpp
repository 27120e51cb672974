// SPDX-License-Identifier: MIT
// What the maps of stores cost, from the run logs of the scans that made them.
#pragma once

#include <string>
#include <vector>

#include "compare/compare_result.hpp"

namespace shoal::compare {

// One measurement "seconds" per network and method of every store that has a run log with them: clock seconds of one
// worker per locus, over all runs of the log. A store without one, or whose log cannot be read, gives none and a
// warning. Copies with randomised layers are left out.
std::vector<Measurement> measured_costs(std::vector<std::string> const& stores);

}  // namespace shoal::compare
