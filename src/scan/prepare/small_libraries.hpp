// SPDX-License-Identifier: MIT
// Libraries that have fewer mutants than a surrogate has effects.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "library/design.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::scan {

// Logs a warning (on the first rank) for each method that is a surrogate too large for a locus's library, at loci of
// `length` bases; the last `holdout` of the mutants are test rows.
void warn_of_small_libraries(std::vector<std::string> const& methods, surrogate::SurrogateOptions const& options,
                             library::Design const& design, std::int64_t length, double holdout);

}  // namespace shoal::scan
