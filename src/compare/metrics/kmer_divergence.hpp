// SPDX-License-Identifier: MIT
// The first divergence of the attribution-consistency method (Majdandzic et al., PMLR 200:131-149, 2022, "KLD
// k-mer"): which words stand under the high runs of the maps of many sequences, against the words of the sequences.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::compare {

inline constexpr std::int64_t word_length = 6;
inline constexpr std::int64_t word_count = 4096;  // 4^6
inline constexpr double word_quantile = 0.9;

// Adds every word of the sequence without N to counts [word_count]; base b of the word's place i has weight 4^(5 - i).
void count_words(std::span<std::uint8_t const> codes, std::span<std::uint32_t> counts);

// Adds the words under the high runs of a map [4, length]. Its columns are centred; a position is high where their norm
// is over the word_quantile quantile (linear between order statistics) of its sequence. Contiguous high positions
// are a run, which is extended on the right by 2 positions, not beyond the sequence's end. Runs that overlap are
// one, runs shorter than a word are dropped. Words with N are not counted.
void count_high_words(std::span<double const> map, std::span<std::uint8_t const> codes,
                      std::span<std::uint32_t> counts);

// sum p ln(p / q) - p + q over words, of the frequencies p of `high` and q of `all` [word_count]. Words that have no
// q are left out. NaN if one of the two has no words.
double word_divergence(std::span<double const> high, std::span<double const> all);

}  // namespace shoal::compare
