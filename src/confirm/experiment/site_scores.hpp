// SPDX-License-Identifier: MIT
// From the sequences of sites to their effects.
#pragma once

#include <utility>
#include <vector>

#include "confirm/confirm.hpp"
#include "scan/sequence_scorer.hpp"

namespace shoal::confirm {

// Scores of one task, as SiteSequences makes the sequences.
struct SiteScores {
  double own = 0;
  std::vector<double> destroyed;       // [draws]
  std::vector<double> controls;        // [draws], or none
  std::vector<double> backgrounds;     // [draws]
  std::vector<double> with_site;       // [draws]
  std::vector<double> with_destroyed;  // [draws]
};

// All but the q-values. Without controls necessity has no p (NaN).
SiteEffect effect_of(SiteScores const& scores, double confidence);

// Effects [sites, columns of the scorer] of sites [first, second). Errors: numeric, naming the site, for a score that
// is not finite.
std::vector<SiteEffect> site_effects(ConfirmOptions const& options, genome::LocusTable& loci,
                                     std::vector<Site> const& sites, std::pair<std::int64_t, std::int64_t> range,
                                     scan::SequenceScorer& scorer);

}  // namespace shoal::confirm
