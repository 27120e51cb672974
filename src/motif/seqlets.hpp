// SPDX-License-Identifier: MIT
// Seqlets: stretches of a map whose contributions are too large to be chance.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "motif/maps.hpp"

namespace shoal::motif {

struct Seqlet {
  std::int64_t locus = 0;
  std::int64_t start = 0;  // positions [start, end) of the locus
  std::int64_t end = 0;
  bool is_reversed = false;  // read on the other strand; callers of seqlets give none
  double attribution = 0;    // sum of the projected contributions
  double p = 1;              // of the recursive caller, as a rank: see below
};

// Projected contributions [loci, length] in double precision; `sign` -1 turns them around.
std::vector<double> projected_track(AttributionMaps const& maps, int sign);

struct RecursiveOptions {
  double threshold = 0.01;
  std::int64_t shortest = 4;
  std::int64_t longest = 25;
  std::int64_t flanks = 0;
  std::int64_t bins = 1000;
};

// Recursive seqlets (tangermeme, recursive_seqlets). Values are put into `bins` bins from the lowest to the highest.
// The null distribution of a sum of n values is the n-fold convolution of the histogram of all values. The p-value of a
// span is the chance of at least its sum of bins. A span is a seqlet if its p-value, those of its beginnings of at
// least `shortest` positions and those of all spans within it of that kind are below the threshold. Longer
// spans go first, then smaller p-values; seqlets do not overlap. Only positive ones are found: give -track for negative
// ones.
class RecursiveCaller {
 public:
  // Learns the null from a track [loci, length]. Errors: config, for options out of range.
  RecursiveCaller(std::vector<double> const& track, RecursiveOptions const& options);

  // Seqlets of a track with rows of `length`, in the order of loci, then as called. Values outside of the learnt range
  // count as the ends of it.
  std::vector<Seqlet> call(std::vector<double> const& track, std::int64_t length, double threshold) const;

 private:
  struct Span;
  double tail(std::int64_t count, std::int64_t sum) const;

  RecursiveOptions options_;
  double lowest_ = 0;
  double width_ = 0;                        // of a bin; 0: all values are equal, and nothing is a seqlet
  std::vector<std::vector<double>> tails_;  // [longest + 1][sum] P(S ≥ sum)
};

// A threshold and what it calls in maps and in control maps.
struct FalseDiscovery {
  double threshold = 0;
  std::int64_t calls = 0;
  std::int64_t control_calls = 0;
  double rate = 0;  // (control calls + 1) (positions of the maps / of the control) / calls; infinite without calls
};

// Rates at thresholds of .1 to 1e-30, four per decade, the largest first (tangermeme 1.6).
std::vector<FalseDiscovery> false_discovery_rates(RecursiveCaller const& caller, std::vector<double> const& track,
                                                  std::int64_t length, std::vector<double> const& control,
                                                  std::int64_t control_length);

struct WindowOptions {
  std::int64_t window = 20;
  std::int64_t flank = 5;
  double target_fdr = 0.05;
  double least_passing = 0.03;  // share of windows
  double most_passing = 0.2;
  double weak_threshold = 0.8;
};

struct WindowSeqlets {
  std::vector<Seqlet> positive;  // by locus, then by the strength of their window
  std::vector<Seqlet> negative;
  double positive_threshold = 0;  // of the sums of windows
  double negative_threshold = 0;
};

// TF-MoDISco's seqlets (Shrikumar et al., arXiv 1811.00416; notes of version 3.0.0's command line): sums of windows
// against Laplace distributions of positive and negative sums, thresholds by isotonic regression at the target FDR,
// passing windows forced into the range, then greedy maxima that suppress int(window / 2) + flank positions around
// them. Errors: config, for windows that do not fit.
WindowSeqlets window_seqlets(AttributionMaps const& maps, WindowOptions const& options);

}  // namespace shoal::motif
