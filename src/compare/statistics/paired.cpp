// SPDX-License-Identifier: MIT
#include "compare/statistics/paired.hpp"

#include <algorithm>
#include <cmath>

#include "base/correlation.hpp"
#include "base/not_a_number.hpp"

namespace shoal::compare {

std::vector<double> ranks_from_highest(std::span<double const> values) {
  std::vector<std::size_t> known;
  std::vector<double> turned;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    known.push_back(i);
    turned.push_back(-values[i]);
  }
  std::vector<double> const found = ranks_from_lowest(turned);
  std::vector<double> ranks(values.size(), not_a_number);
  for (std::size_t i = 0; i < known.size(); ++i) ranks[known[i]] = found[i];
  return ranks;
}

std::vector<bool> pareto_front(std::vector<std::vector<double>> const& values) {
  std::size_t const items = values.empty() ? 0 : values.front().size();
  auto const is_known = [&](std::size_t item) {
    return std::ranges::none_of(values, [&](auto const& criterion) { return std::isnan(criterion[item]); });
  };
  auto const dominates = [&](std::size_t one, std::size_t other) {
    bool higher = false;
    for (auto const& criterion : values) {
      if (criterion[one] < criterion[other]) return false;
      higher = higher || criterion[one] > criterion[other];
    }
    return higher;
  };
  std::vector<bool> front(items);
  for (std::size_t item = 0; item < items; ++item) {
    if (!is_known(item)) continue;
    front[item] = true;
    for (std::size_t other = 0; other < items && front[item]; ++other) {
      if (is_known(other) && dominates(other, item)) front[item] = false;
    }
  }
  return front;
}

}  // namespace shoal::compare
