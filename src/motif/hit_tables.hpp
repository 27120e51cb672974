// SPDX-License-Identifier: MIT
// Hits as text. README.md of this module lists the columns.
#pragma once

#include <string>
#include <vector>

#include "motif/hits.hpp"
#include "motif/maps.hpp"

namespace shoal::motif {

// Motifs as tables name them.
struct HitLabels {
  std::vector<std::string> motifs;   // [motifs]
  std::vector<std::string> matches;  // [motifs] the best match in a database; empty without one
};

// Hits as TSV, with its heading.
std::string hit_table(AttributionMaps const& maps, HitLabels const& labels, std::vector<Hit> const& hits);
// Hits as BED6 on the genome (or on loci by name, where places are unknown): the score is 1000 × similarity.
std::string hit_bed(AttributionMaps const& maps, HitLabels const& labels, std::vector<Hit> const& hits);
// One line per locus: its hits, and how well the fit explains its map. `counts` [loci]: hits that were kept.
std::string locus_table(AttributionMaps const& maps, std::vector<LocusFit> const& fits,
                        std::vector<std::int64_t> const& counts);

}  // namespace shoal::motif
