// SPDX-License-Identifier: MIT
// How much the scores of a task vary around a locus: the scale by which errors of paths are judged.
#pragma once

#include <cstdint>
#include <vector>

#include "attribution/method.hpp"

namespace shoal::attribution {

// Standard deviations, one per task, over the locus's library with the wild type. A locus without a library gives those
// over 32 sequences: itself and 31 random mutants that differ from it at a tenth of its bases, drawn from `seed` and
// the locus alone. Errors: numeric, naming the task, when a score is not finite.
std::vector<double> score_spread(LocusContext const& context, std::uint64_t seed);

}  // namespace shoal::attribution
