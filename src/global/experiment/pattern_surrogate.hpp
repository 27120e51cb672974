// SPDX-License-Identifier: MIT
// One surrogate over a pattern of motifs, whatever surrounds it. Its library has mutated motifs in random contexts at
// random orientations and spacings, and the regression is on its letters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "global/experiment/contexts.hpp"

namespace shoal::global {

// A pair, or one motif.
struct Pattern {
  std::size_t number = 0;           // number of its library
  std::vector<std::size_t> motifs;  // motifs, upstream first
};

// Every pair, and every motif if there are no pairs.
std::vector<Pattern> global_patterns(GlobalOptions const& options);

// A mutant: its sequence, and the letters that a surrogate sees.
struct PatternMutant {
  genome::Codes sequence;
  std::vector<std::uint8_t> letters;
};

// The library of one pattern, mutant by mutant. Sites of a surrogate: the bases of the motifs, each in its motif's own
// direction; then the orientation (its number among the options') and the spacing (steps above the first) where there
// are several. All of them are drawn for every mutant: orientation and spacing uniformly, each known base of a motif
// mutated with the options' rate (SQUID's global libraries: each base on its own), to each other base alike.
class PatternLibrary {
 public:
  PatternLibrary(GlobalOptions const& options, GlobalContexts const& contexts, Pattern pattern, std::int64_t length);

  std::string name() const;  // "UPSTREAM:DOWNSTREAM" or "MOTIF"
  std::vector<std::string> sites() const;
  // How many letters a site may have: the alphabet.
  int alphabet() const;
  std::int64_t site_count() const { return static_cast<std::int64_t>(sites().size()); }
  std::vector<std::string> const& orientations() const { return orientations_; }
  std::int64_t spacings() const { return spacings_; }

  PatternMutant mutant(std::uint32_t number) const;
  // The letters of intact motifs, the first base where a motif is ambiguous.
  std::vector<std::uint8_t> intact(std::size_t orientation, std::int64_t spacing) const;

 private:
  std::vector<std::uint8_t> mutated(library::Motif const& motif, library::Draws& draws) const;
  std::int64_t start_of(std::size_t place, std::int64_t spacing) const;
  void add_arrangement(std::size_t orientation, std::int64_t spacing, std::vector<std::uint8_t>& letters) const;

  GlobalOptions const& options_;
  GlobalContexts const& contexts_;
  Pattern pattern_;
  std::int64_t length_;
  std::vector<std::string> orientations_;
  std::int64_t spacings_ = 1;
};

// Fits the options' methods to one task's column of scores [mutants, columns]. Errors: numeric, as fit_surrogates.
GlobalSurrogate fit_pattern(device::Backend const& backend, GlobalOptions const& options, PatternLibrary const& library,
                            std::span<float const> scores, std::size_t columns, std::size_t column);

}  // namespace shoal::global
