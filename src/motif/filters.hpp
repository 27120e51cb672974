// SPDX-License-Identifier: MIT
// What the first layers of networks learned: filters as motifs, and how many of them are motifs that are known
// (Koo and Ploenzke, Nature Machine Intelligence 2021, 3:258).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genome/loci.hpp"
#include "motif/comparison.hpp"
#include "motif/motif.hpp"
#include "scan/scan_options.hpp"

namespace shoal::motif {

struct FilterOptions {
  std::vector<double> thresholds = {0.5};  // of a filter's largest activation
  std::int64_t window = 20;                // bases that are aligned
  std::int64_t most_windows = 0;           // per filter: those with the largest activations, first ones on ties; 0: all
  double clip_information = 0.5;           // bits: a motif goes from the first to the last position with more, …
  std::int64_t clip_flank = 3;             // … and this many positions further on both sides
  int threads = 1;
};

// One filter at one threshold.
struct FilterMotif {
  std::string network;
  std::string layer;  // the node whose values are the activations
  std::int64_t filter = 0;
  double threshold = 0;
  double largest = 0;        // activation over all sequences
  std::int64_t windows = 0;  // that were aligned
  std::int64_t first = 0;    // [first, last) of the window: what clipping left
  std::int64_t last = 0;
  std::vector<Column> columns;  // of the motif
};

// Motifs [thresholds, filters] of the first convolution that reads the sequence, after the normalisation and activation
// that follow it. The position p of an activation is the base under its filter's middle tap. Every p whose activation
// exceeds threshold × largest gives the window [p - window / 2, p - window / 2 + window), if it begins after position 0
// and ends inside the sequence. A column has the share of each base in the windows, N left out; all are even if there
// are fewer than 2 windows. A filter without a position of enough information is not clipped.
// `network.heads` are ignored. Errors: config, for a network without a convolution of its sequence, or an average, and
// options out of range; input, for sequences of another length than the network reads.
std::vector<FilterMotif> filter_motifs(scan::NamedNetwork const& network, genome::LocusTable& sequences,
                                       FilterOptions const& options);

// A factor that the sequences were made with, and the names of its motifs in the database.
struct Factor {
  std::string name;
  std::vector<std::string> motifs;
};

// A table without heading: on each line the factor's name, then its motifs, between white space. Lines that begin with
// "#" and empty lines are ignored. Errors: input, by line: a factor twice, or without motifs.
std::vector<Factor> read_factors(std::string const& path);

// How well one network's filters match at one threshold. A hit is a match with E at most the largest one.
struct FilterScore {
  std::string network;
  std::string layer;
  double threshold = 0;
  std::int64_t filters = 0;
  std::int64_t with_windows = 0;  // filters with at least 2 windows
  std::int64_t matched = 0;       // filters with a hit to a motif of any factor
  std::int64_t matched_any = 0;   // filters with a hit to any motif that is not ignored
  std::vector<double> best_q;     // [factors] the smallest q of hits to the factor; infinite: no filter hits it

  std::int64_t covered() const;  // factors that a filter hits
};

// Matches of every filter, and the scores of every network and threshold, in the order of `filters`.
struct FilterMatches {
  std::vector<std::vector<Match>> matches;  // [filters, targets]
  std::vector<FilterScore> scores;
};

// `ignored`: names of motifs whose hits do not count as any. Errors: config, for a name in `ignored` or of a factor's
// motifs of which the database has none.
FilterMatches score_filters(std::vector<FilterMotif> const& filters, MotifComparison const& database,
                            std::vector<Factor> const& factors, std::vector<std::string> const& ignored,
                            double largest_e, int threads);

// Tables with their headings; README.md lists the columns.
std::string filter_score_table(std::vector<FilterScore> const& scores, std::vector<Factor> const& factors);
std::string filter_table(std::vector<FilterMotif> const& filters, FilterMatches const& found,
                         MotifComparison const& database, std::vector<Factor> const& factors, double largest_e);

// The name of a filter's motif: NETWORK.filter_3, and after an @ the threshold.
std::string filter_name(FilterMotif const& filter);

}  // namespace shoal::motif
