// SPDX-License-Identifier: MIT
// Contexts: what stands around a pattern, drawn anew. A byte a base, on the host.
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

// What of one wild type is drawn, made once for all of its mutants.
class ContextSampler {
 public:
  // redrawn [length]: 1 where a position is drawn anew, if it is not N.
  ContextSampler(ContextLaw law, std::span<std::uint8_t const> wild_type, std::span<std::uint8_t const> redrawn);

  // Known positions that are drawn.
  std::vector<std::int32_t> const& positions() const { return positions_; }
  // The bases at these positions, in order. `draws`: those of one mutant.
  std::vector<std::uint8_t> draw(Draws& draws) const;

 private:
  ContextLaw law_;
  std::vector<std::int32_t> positions_;
  std::vector<std::uint8_t> masked_;  // the wild type with N at every kept position
  BaseCounts counts_{};
};

}  // namespace shoal::library
