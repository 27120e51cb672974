// SPDX-License-Identifier: MIT
// Patterns: the recurring motifs of all seqlets of a set of maps (TF-MoDISco, Shrikumar et al., arXiv 1811.00416).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "motif/maps.hpp"
#include "motif/motif.hpp"
#include "motif/seqlets.hpp"

namespace shoal::motif {

struct DiscoverOptions {
  WindowOptions windows = {.window = 12};  // as wide as a motif: wider sums have more noise (TF-MoDISco: 20)
  std::int64_t least_seqlets = 100;        // of a sign: it needs more than this for any pattern
  std::int64_t most_seqlets = 0;           // of a sign; 0: all
  bool strongest_first = true;             // which ones `most_seqlets` keeps; false: the first in the order of loci
  std::int64_t neighbours = 500;           // and the seqlet itself
  double overlap = 0.7;                    // of the shorter one in an alignment
  double least_rank_correlation = 0.15;    // of coarse and fine similarities of a seqlet
  double perplexity = 10;
  double part_perplexity = 50;  // of the parts of a pattern
  int runs = 2;                 // of the Leiden algorithm
  std::int64_t trim = 30;
  std::int64_t flank = 10;
  std::int64_t final_flank = 0;
  double support_share = 0.2;
  double support_number = 30;
  std::int64_t compared = 1000;  // seqlets of a pattern that merging compares
  std::int64_t least_members = 20;
  double least_information = 0.6;  // bits in some window of `information_window` positions
  std::int64_t information_window = 6;
  // Patterns that are one motif are joined at the end, although TF-MoDISco's rules keep them apart.
  bool join_duplicates = true;
  double duplicate_correlation = 0.9;
  // Then every seqlet moves to the pattern whose core its contributions correlate with most.
  bool reassign = true;
  int threads = 1;
};

// A pattern, or a part of one.
struct Pattern {
  std::string name;                                 // pattern_0
  std::vector<Seqlet> seqlets;                      // aligned, all of the pattern's length
  std::vector<Column> sequence;                     // share of the bases at each position
  std::vector<Column> contributions, hypothetical;  // means
  std::vector<Pattern> parts;                       // sub-patterns, the largest first
};

struct Discovery {
  std::int64_t window = 0;  // positions of the maps
  std::int64_t positive_seqlets = 0, negative_seqlets = 0;
  std::vector<Pattern> positive, negative;  // the largest first
};

// Errors: config, for options that fit no map; numeric, for maps without any variation.
Discovery discover(AttributionMaps const& maps, DiscoverOptions const& options);

}  // namespace shoal::motif
