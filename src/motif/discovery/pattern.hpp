// SPDX-License-Identifier: MIT
// A pattern in the making: aligned seqlets and the sums of what stands at each of their positions.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "motif/maps.hpp"
#include "motif/motif.hpp"
#include "motif/seqlets.hpp"

namespace shoal::motif {

// Four numbers per position of a seqlet or pattern.
using Columns = std::vector<Column>;

// The position in its locus of a seqlet's position `i`, counted on its own strand.
inline std::int64_t position_of(Seqlet const& seqlet, std::int64_t i) {
  return seqlet.is_reversed ? seqlet.end - 1 - i : seqlet.start + i;
}

// Values on the seqlet's strand [length][4]: one-hot, projected and hypothetical contributions.
Columns one_hot_of(AttributionMaps const& maps, Seqlet const& seqlet);
Columns contributions_of(AttributionMaps const& maps, Seqlet const& seqlet);
Columns hypothetical_of(AttributionMaps const& maps, Seqlet const& seqlet);

// Places of seqlets, whatever their strand: a pattern has each once.
using Place = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
inline Place place_of(Seqlet const& seqlet) {
  return {seqlet.locus, seqlet.start, seqlet.end};
}

class SeqletPattern {
 public:
  // Seqlets begin at the pattern's first position; the longest gives its length. Of two in one place the first counts.
  SeqletPattern(AttributionMaps const& maps, std::vector<Seqlet> const& seqlets);

  std::vector<Seqlet> const& seqlets() const { return seqlets_; }
  std::int64_t length() const { return length_; }
  bool has(Seqlet const& seqlet) const { return places_.contains(place_of(seqlet)); }
  void add(Seqlet const& seqlet);

  // Means over the seqlets that reach a position.
  Columns sequence() const { return mean(sequence_); }
  Columns contributions() const { return mean(contributions_); }
  Columns hypothetical() const { return mean(hypothetical_); }

  // All seqlets lengthened to the pattern's length and `left` and `right` beyond it, without those that leave their
  // locus; nothing if none is left.
  std::optional<SeqletPattern> expanded(std::int64_t left, std::int64_t right) const;
  // Positions [first, last) of all seqlets.
  SeqletPattern trimmed(std::int64_t first, std::int64_t last) const;
  // Without the ends that fewer than min(number, share × the most) seqlets reach.
  SeqletPattern trimmed_to_support(double share, double number) const;

 private:
  Columns mean(Columns const& sums) const;

  AttributionMaps const* maps_;
  std::vector<Seqlet> seqlets_;
  std::set<Place> places_;
  std::int64_t length_ = 0;
  std::vector<double> counts_;
  Columns sequence_, contributions_, hypothetical_;
};

// Bits per position against the frequencies of bases, with a pseudocount of 0.001 per base.
std::vector<double> pattern_information(Columns const& sequence, Column const& background);

// The part of `seqlet` [first, last) of its positions on its strand.
Seqlet part_of(Seqlet seqlet, std::int64_t first, std::int64_t last);

}  // namespace shoal::motif
