// SPDX-License-Identifier: MIT
// Which places may reach a score: a bound in bytes, 32 places at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "genome/loci.hpp"

namespace shoal::motif {

// Pairs of neighbouring bases: 4 × first + second, or `unknown` where one of them is N. Behind the last base stand
// `pairs_padding` more.
constexpr std::uint8_t unknown_pair = 0x80;
constexpr std::int64_t pairs_padding = 128;
std::vector<std::uint8_t> pairs_of(genome::Codes const& codes);

// Let a column's deficit be its largest score minus that of the sequence's base. A place has at least the score
// `threshold` where its deficits sum to at most D = Σ largest scores - threshold. Deficits of two columns at once are
// looked up as floor(254 deficit / D), at most 255: where their sum exceeds 254, so does that of the deficits D.
class Prefilter {
 public:
  // Two columns at least; no place at all where `threshold` is above the largest score.
  Prefilter(std::vector<std::array<std::int32_t, 4>> const& columns, std::int64_t threshold);

  // Appends the places in [0, last) that may reach the threshold: all that do, and some that do not.
  void find(std::vector<std::uint8_t> const& pairs, std::int64_t last, std::vector<std::int64_t>& places) const;

 private:
  using Lookup = std::array<std::uint8_t, 16>;  // by pair

  bool may_reach(std::uint8_t const* pairs) const;
  void find_plain(std::uint8_t const* pairs, std::int64_t first, std::int64_t last,
                  std::vector<std::int64_t>& places) const;
  std::int64_t find_wide(std::uint8_t const* pairs, std::int64_t last, std::vector<std::int64_t>& places) const;

  bool is_empty_ = false;
  std::vector<std::int64_t> offsets_;  // of the pairs from the place
  std::vector<Lookup> lookups_;        // one per offset
};

}  // namespace shoal::motif
