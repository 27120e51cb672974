// SPDX-License-Identifier: MIT
// Computes one word of a part of a packed row, host and device.
#pragma once

#include <cstdint>

#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// Word `word` of the `length` positions from `first` on of a row of `row_words` words.
SHOAL_HOST_DEVICE inline std::uint64_t cut_word(std::uint64_t const* row, std::int32_t row_words, std::int32_t first,
                                                std::int32_t length, std::int32_t word) {
  std::int32_t const from = first + word * bases_per_word;
  std::int32_t const source = from / bases_per_word;
  int const shift = 2 * (from % bases_per_word);
  std::uint64_t bits = row[source] >> shift;
  if (shift > 0 && source + 1 < row_words) bits |= row[source + 1] << (64 - shift);
  std::int32_t const left = length - word * bases_per_word;
  return left < bases_per_word ? bits & ((std::uint64_t{1} << (2 * left)) - 1) : bits;
}

}  // namespace shoal::kernels
