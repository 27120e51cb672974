// SPDX-License-Identifier: MIT
// Contexts: the bases around a pattern, drawn anew. One byte per base, on the host.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "library/design.hpp"
#include "library/random_draws.hpp"

namespace shoal::library {

// Counts of A, C, G, T: frequencies as integers, so that draws are the same everywhere.
using BaseCounts = std::array<std::uint64_t, 4>;

// One base with the frequencies of `counts`, whose sum is not 0.
std::uint8_t draw_base(BaseCounts const& counts, Draws& draws);

// Draws bases on their own with probability 1/4, 32 from each uniform.
class UniformBases {
 public:
  explicit UniformBases(Draws& draws) : draws_(&draws) {}
  std::uint8_t next();

 private:
  Draws* draws_;
  std::uint64_t bits_ = 0;
  int left_ = 0;
};

// Which bases of a wild type are drawn anew, prepared once for all of its mutants.
class ContextSampler {
 public:
  // redrawn [length]: 1 if a position is drawn anew, unless it is N.
  ContextSampler(ContextLaw law, std::span<std::uint8_t const> wild_type, std::span<std::uint8_t const> redrawn);

  // The known positions that are drawn.
  std::vector<std::int32_t> const& positions() const { return positions_; }
  // The bases at these positions, in order. `draws` are those of one mutant.
  std::vector<std::uint8_t> draw(Draws& draws) const;

 private:
  ContextLaw law_;
  std::vector<std::int32_t> positions_;
  std::vector<std::uint8_t> masked_;  // the wild type, with N at every kept position
  BaseCounts counts_{};
};

}  // namespace shoal::library
