// SPDX-License-Identifier: MIT
// In how many positions, and pairs of positions, two rows have the same letters: all that the kernel of a one-hot ridge
// needs of two sequences.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/library/gram.hpp"
#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

class LetterMatches {
 public:
  // Rows as bit planes: ceil(log2(alphabet)) + 1 bits per position. `pairs` ascending, each once.
  LetterMatches(Observations const& observations, kernels::RowRange rows, std::vector<SitePair> const& pairs);

  struct Counts {
    std::int64_t letters = 0;  // positions with the same letter, neither missing
    std::int64_t pairs = 0;    // pairs of the list with the same letter at both positions
  };
  // Of two rows, counted from the range's begin. May be called from several threads at once.
  Counts operator()(std::int64_t one, std::int64_t other) const;

 private:
  enum class PairSet { none, all, near, listed };

  // Bits of the positions that match, one word of them.
  std::uint64_t word(std::int64_t one, std::int64_t other, std::int64_t number) const;
  std::int64_t pairs_among(std::uint64_t const* matches) const;

  std::int64_t words_ = 0;           // 64-bit words per plane
  std::int64_t planes_ = 0;          // the first says where a letter is not missing
  std::vector<std::uint64_t> bits_;  // [rows, planes, words]
  PairSet set_ = PairSet::none;
  std::int64_t distance_ = 0;            // of near pairs, the largest
  std::vector<std::uint64_t> partners_;  // of listed pairs [positions, words]: the later positions of each
};

}  // namespace shoal::surrogate
