// SPDX-License-Identifier: MIT
// Sites: stretches of loci whose part in a network's score is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genome/loci.hpp"

namespace shoal::confirm {

struct Site {
  std::int64_t locus = 0;  // row of the loci
  std::int64_t start = 0;  // positions [start, end) of the locus, in its orientation
  std::int64_t end = 0;
  std::size_t motif = 0;  // number of the name
  char strand = '.';      // of the motif on the genome, as the file says
};

struct SiteList {
  std::vector<std::string> motifs;  // names, in the order in which they were met
  std::vector<Site> sites;
};

// The sites of a file. BED (by its name: .bed, .bed.gz or …Peak): every locus whose window holds a row has it; the
// name is the motif; rows that no locus holds are counted in a warning. Else a table with a heading, as `shoal motifs
// hits` and `scan-pwm` write it: columns locus (row, from 0) or name or both, first and last (positions, the last not
// included), and perhaps motif and strand. Errors: input, naming file and line: a column that is missing or there
// twice, a row or a name that the loci lack, both when they disagree, a name of several loci, positions outside of the
// locus, a locus that is skipped, no site at all.
SiteList read_sites(std::string const& path, genome::LocusTable const& loci);

// Stretches of `width` bases at every `step` of every locus that is not skipped, called "tile"; what is left at the end
// belongs to none. Errors: config, for a width or step below 1, or a width above the loci's length.
SiteList tile_loci(std::int64_t width, std::int64_t step, genome::LocusTable const& loci);

}  // namespace shoal::confirm
