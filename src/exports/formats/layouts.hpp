// SPDX-License-Identifier: MIT
// What the exports of arrays share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exports/source.hpp"

namespace shoal::exports {

// Errors: config, naming how many of the chosen rows are not done.
void expect_rows(ExportSource const& source);

// One-hot [4, length]; a column of zeros where the sequence is N.
std::vector<std::int8_t> one_hot(genome::Codes const& sequence);

// [4, length] with everything but the sequence's own bases 0.
std::vector<double> projected_map(ExportedRow const& row);

// [4, length] to [length, 4].
template <class Number>
std::vector<Number> positions_first(std::vector<Number> const& map) {
  std::size_t const length = map.size() / 4;
  std::vector<Number> turned(map.size());
  for (std::size_t base = 0; base < 4; ++base) {
    for (std::size_t position = 0; position < length; ++position) {
      turned[4 * position + base] = map[base * length + position];
    }
  }
  return turned;
}

// `path` without `suffix`, if it ends with that.
std::string without_suffix(std::string const& path, std::string_view suffix);

}  // namespace shoal::exports
