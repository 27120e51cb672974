// SPDX-License-Identifier: MIT
// Sites of motifs in maps: each map as a sum of few motifs with coefficients that are not negative. Objective and
// defaults are those of Fi-NeMo (Ramesh et al., 2024); the solver is our own and certifies its result.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "motif/maps.hpp"
#include "motif/motif.hpp"

namespace shoal::motif {

// What a motif contributes where it stands: a pattern's mean contributions, or its contribution weights (CWM).
struct WeightMotif {
  std::string name;              // pos_patterns.pattern_0
  std::vector<Column> weights;   // contribution of each base at each position
  std::vector<Column> sequence;  // shares of the bases at each position
};

// The patterns of a file of `shoal motifs discover` or of TF-MoDISco: positive ones first, each sign in the order of
// their numbers. It forks: call it before MPI starts. Errors: input, naming file and dataset: those of
// hdf5::read_isolated, no pattern, shapes other than [length, 4], weights that are not finite or all 0.
std::vector<WeightMotif> read_weight_motifs(std::string const& file);

struct HitOptions {
  double penalty = 0.7;  // of a coefficient (lambda); also the least similarity of a hit
  double trim = 0.3;     // a motif's ends whose sizes are below this share of its largest are left out
  double gap = 5e-4;     // largest duality gap of a locus, per position
  int threads = 1;
};

// A motif at a place of a map.
struct Hit {
  std::int64_t locus = 0;
  std::int64_t motif = 0;  // index of the motif
  std::int64_t start = 0;  // positions [start, end) of the locus under the trimmed motif
  std::int64_t end = 0;
  std::int64_t is_reversed = 0;  // 1: the motif is read on the other strand
  double coefficient = 0;        // of the fit, see LocusFit
  double strength = 0;           // root of the sum of squares of what the hit adds to the map, in the map's units
  double similarity = 0;         // cosine of the motif and the map's projected contributions
  double importance = 0;         // sum of the projected contributions
};

// The fit of one locus, with C its projected contributions [length], y = C / scale, and T_j the trimmed motifs of unit
// norm at every place on both strands, read at the sequence's own bases (0 at N):
//   minimise ½ |y - Σ_j β_j κ_j T_j|² + penalty Σ_j β_j over β ≥ 0,  κ_j = (1 + the sum of y² under the motif)^-½
struct LocusFit {
  double scale = 0;      // root of the mean of C²; 0: the map is 0, and has no hits
  double objective = 0;  // the minimum found
  double gap = 0;        // it is at most so far above the true one: objective minus a value of the dual problem
  double explained = 0;  // 1 - |y - fit|² / |y|², of the fit before hits are left out by their similarity
  std::int64_t passes = 0;
};

struct LocusHits {
  LocusFit fit;
  std::vector<Hit> hits;  // by start, then by motif
};

class MotifWindows;

class HitFinder {
 public:
  // Errors: config, for options out of range; input, for a motif whose weights are all 0.
  HitFinder(std::vector<WeightMotif> const& motifs, HitOptions const& options);
  ~HitFinder();

  // Hits of loci [first, last) in order. Motifs longer than the map have none. The same bits for any number of threads.
  std::vector<LocusHits> find(AttributionMaps const& maps, std::int64_t first, std::int64_t last) const;

 private:
  LocusHits find_one(AttributionMaps const& maps, std::int64_t locus) const;

  HitOptions options_;
  std::vector<MotifWindows> windows_;
};

// The least strength at which the estimated false discovery rate (hits of control maps + 1) (positions of the maps /
// of the controls) / hits is at most `target`, of the strengths that occur; infinite where there is none.
double strength_at_rate(std::vector<double> strengths, std::vector<double> control_strengths, double positions_ratio,
                        double target);

// Of one locus's hits: two of one motif that share more than half of its positions are one site. The one with the
// larger coefficient stays, of equal ones the first. Hits of different motifs may overlap: the fit has shared the map
// out.
std::vector<Hit> without_doubles(std::vector<Hit> const& hits);

}  // namespace shoal::motif
