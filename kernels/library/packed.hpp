// SPDX-License-Identifier: MIT
// Packed mutant libraries: 2 bits per base, 32 bases per 64-bit word, one row per mutant.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define SHOAL_HOST_DEVICE __host__ __device__
#else
#define SHOAL_HOST_DEVICE
#endif

namespace shoal::kernels {

// Base codes in channel order A, C, G, T; `code_n` is an unknown base: no feature, never mutated, a zero column.
inline constexpr std::uint8_t code_n = 4;
inline constexpr int bases_per_word = 32;

// Words that a row of `length` bases needs.
SHOAL_HOST_DEVICE constexpr std::int32_t words_per_row(std::int32_t length) {
  return (length + bases_per_word - 1) / bases_per_word;
}

// The code (0..3) at `position` of a packed row.
SHOAL_HOST_DEVICE inline unsigned packed_code(std::uint64_t const* row, std::int32_t position) {
  return static_cast<unsigned>(row[position / bases_per_word] >> (2 * (position % bases_per_word))) & 3u;
}

// Replaces the code at `position` of a packed row.
SHOAL_HOST_DEVICE inline void set_packed_code(std::uint64_t* row, std::int32_t position, unsigned code) {
  int const shift = 2 * (position % bases_per_word);
  std::uint64_t& word = row[position / bases_per_word];
  word = (word & ~(std::uint64_t{3} << shift)) | (static_cast<std::uint64_t>(code & 3u) << shift);
}

// Bit `position` of a mask with 64 positions per word.
SHOAL_HOST_DEVICE inline bool mask_bit(std::uint64_t const* mask, std::int32_t position) {
  return ((mask[position / 64] >> (position % 64)) & 1u) != 0;
}

// Sequences [mutants, length]. Position p of mutant m is packed_code(words + m * words_per_row(length), p), unless
// bit p of `unknown` is set: then it is N in every mutant and its packed code is 0. Bits past `length` are zero.
template <class Word>
struct PackedSequences {
  Word* words = nullptr;                   // [mutants, words_per_row(length)]
  std::uint64_t const* unknown = nullptr;  // [ceil(length / 64)], or null when there is no N
  std::int64_t mutants = 0;
  std::int32_t length = 0;
};

using PackedView = PackedSequences<std::uint64_t const>;
using MutablePackedView = PackedSequences<std::uint64_t>;

}  // namespace shoal::kernels
