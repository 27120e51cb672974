// SPDX-License-Identifier: MIT
// The two layouts of numbers per base and position: maps are [4, length], parameters of surrogates [length, 4].
#pragma once

#include <cstddef>
#include <vector>

namespace shoal::attribution {

// [length, 4] to [4, length], each number as a `To`.
template <class To, class From>
std::vector<To> bases_first(std::vector<From> const& values) {
  std::size_t const length = values.size() / 4;
  std::vector<To> map(values.size());
  for (std::size_t position = 0; position < length; ++position) {
    for (std::size_t base = 0; base < 4; ++base) {
      map[base * length + position] = static_cast<To>(values[4 * position + base]);
    }
  }
  return map;
}

// [4, length] to [length, 4].
template <class Number>
std::vector<Number> positions_first(std::vector<Number> const& map) {
  std::size_t const length = map.size() / 4;
  std::vector<Number> values(map.size());
  for (std::size_t base = 0; base < 4; ++base) {
    for (std::size_t position = 0; position < length; ++position) {
      values[4 * position + base] = map[base * length + position];
    }
  }
  return values;
}

}  // namespace shoal::attribution
