// SPDX-License-Identifier: MIT
#include "base/nearest.hpp"

#include <algorithm>
#include <vector>

namespace shoal {

std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::size_t const width = other.size() + 1;
  std::vector<std::size_t> before(width);
  std::vector<std::size_t> last(width);
  std::vector<std::size_t> row(width);
  for (std::size_t j = 0; j < width; ++j) last[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      std::size_t const change = one[i - 1] == other[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      bool const is_exchange = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (is_exchange) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last.back();
}

std::optional<std::string> nearest(std::string_view text, std::span<std::string const> names) {
  constexpr std::size_t least_beginning = 3;
  std::vector<std::string> beginnings;
  std::optional<std::string> best;
  std::size_t least = text.size() / 3;
  for (std::string const& name : names) {
    if (text.size() >= least_beginning && name.starts_with(text)) beginnings.push_back(name);
    std::size_t const distance = edit_distance(text, name);
    if (distance > least || (best && distance == least)) continue;
    least = distance;
    best = name;
  }
  if (best) return best;
  return beginnings.size() == 1 ? std::optional(beginnings.front()) : std::nullopt;
}

}  // namespace shoal
