// SPDX-License-Identifier: MIT
// How far a regression's map depends on the library it was fitted to: its spread over seeds, its change with the number
// of mutants, and the number of mutants at which it has converged.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/schema.hpp"
#include "surrogate/additive_ridge.hpp"

namespace shoal::scan {

struct StabilityOptions {
  // The number of libraries that every regression is fitted to: those of seeds S, S + 1, … S + replicates - 1, with S
  // the design's. The map itself is that of seed S. 1: only the map against the number of mutants is examined; 0:
  // nothing is.
  int replicates = 0;
  // A locus's library grows (growth_sizes) until the maps of two successive sizes correlate at least so much, for
  // every regression and every task; 0: it has all mutants at once.
  double converge = 0;

  bool repeats() const { return replicates > 0; }
  bool converges() const { return converge > 0; }
  // Errors: config, also when the smallest library is too small for `ridge` at this number of mutants.
  void validate(std::int64_t mutants, surrogate::RidgeOptions const& ridge) const;
};

// mutants / 32, / 16, / 8, / 4, / 2, all, rounded up.
std::vector<std::int64_t> growth_sizes(std::int64_t mutants);

// mutants / 8, / 4, / 2, rounded up: sizes at which a map is compared with that of all mutants.
std::vector<std::int64_t> compared_sizes(std::int64_t mutants);

// Pearson correlation of two maps of one shape over all their entries: 1 for equal maps; 0 if just one of them, or
// neither of two different maps, varies.
double map_correlation(std::span<float const> one, std::span<float const> other);

// Mean of map_correlation over all pairs of maps; two maps at least.
double mean_correlation(std::vector<std::vector<float>> const& maps);

// Entry by entry, the standard deviation (count - 1) over maps; two maps at least.
std::vector<float> map_deviation(std::vector<std::vector<float>> const& maps);

// The additional results of a regression at a locus of `length` bases: map_sd [4, length] and the scalar
// replicate_correlation with two replicates or more, size_correlation [3].
void add_stability_schema(StabilityOptions const& options, std::int64_t length, store::MethodSchema& schema);

}  // namespace shoal::scan
