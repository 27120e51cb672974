// SPDX-License-Identifier: MIT
// Copies of a scan's networks with randomised layers, which are explained beside them.
#pragma once

#include <cstdint>
#include <vector>

#include "scan/scan_options.hpp"

namespace shoal::scan {

// Adds to the networks, after each, its copies with the last 1, 2, … `copies` layers randomised, or as many as it has;
// the copy of K layers is called NAME.randomised-K. Errors: config.
void add_randomised(std::int64_t copies, std::uint64_t seed, std::vector<NamedNetwork>& networks);

}  // namespace shoal::scan
