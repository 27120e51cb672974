// SPDX-License-Identifier: MIT
#include "library/two_hot.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace shoal::library {

namespace {

constexpr std::array<std::array<std::uint8_t, 2>, 11> allele_table = {
    {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {0, 2}, {1, 3}, {1, 2}, {0, 3}, {2, 3}, {0, 1}, {4, 4}}};

}  // namespace

std::array<std::uint8_t, 2> alleles(std::uint8_t symbol) {
  expect(symbol <= genotype_unknown, "a genotype's code above 10");
  return allele_table[symbol];
}

std::array<std::uint8_t, 4> two_hot(std::uint8_t symbol) {
  std::array<std::uint8_t, 4> column{};
  for (std::uint8_t const base : alleles(symbol)) {
    if (base < 4) ++column[base];
  }
  return column;
}

std::uint8_t genotype_of(std::array<float, 4> const& column) {
  for (std::uint8_t symbol = 0; symbol <= genotype_unknown; ++symbol) {
    auto const known = two_hot(symbol);
    bool same = true;
    for (std::size_t base = 0; base < 4; ++base) same = same && column[base] == static_cast<float>(known[base]);
    if (same) return symbol;
  }
  fail(ErrorCode::input, fmt::format("({}, {}, {}, {}) is no two-hot column: 2 in one channel, 1 in two, or zeros",
                                     column[0], column[1], column[2], column[3]));
}

}  // namespace shoal::library
