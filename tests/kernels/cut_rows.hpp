// SPDX-License-Identifier: MIT
// Packed rows to cut, and the parts that tests ask of them.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/library/packed.hpp"

namespace shoal::test {

struct CutRows {
  static constexpr std::int64_t rows = 7;
  static constexpr std::int32_t length = 203;

  std::vector<std::uint64_t> words;

  CutRows() : words(static_cast<std::size_t>(rows * kernels::words_per_row(length))) {
    std::mt19937_64 draw(11);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int32_t position = 0; position < length; ++position) {
        kernels::set_packed_code(words.data() + row * kernels::words_per_row(length), position,
                                 static_cast<unsigned>(draw() % 4));
      }
    }
  }
  kernels::PackedView view() const { return {words.data(), nullptr, rows, length}; }

  // The part position by position.
  std::vector<std::uint64_t> expected(std::int32_t first, std::int32_t part) const {
    std::vector<std::uint64_t> cut(static_cast<std::size_t>(rows * kernels::words_per_row(part)));
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int32_t position = 0; position < part; ++position) {
        kernels::set_packed_code(
            cut.data() + row * kernels::words_per_row(part), position,
            kernels::packed_code(words.data() + row * kernels::words_per_row(length), first + position));
      }
    }
    return cut;
  }
};

struct CutOf {
  std::int32_t first;
  std::int32_t length;
};
// Parts that begin and end at borders of words, beside them and at the row's ends.
inline constexpr CutOf cuts[] = {{0, 203}, {0, 32}, {32, 64}, {1, 200}, {31, 33}, {100, 1}, {139, 64}, {3, 200}};

}  // namespace shoal::test
