// SPDX-License-Identifier: MIT
#include "statistics/multiple_tests.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace shoal::statistics {

std::vector<double> holm(std::span<double const> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, p[order[i]] * static_cast<double>(order.size() - i)));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

std::vector<double> q_values(std::vector<double> const& p, std::int64_t tests) {
  auto const count = static_cast<double>(tests > 0 ? tests : static_cast<std::int64_t>(p.size()));
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < p.size(); ++i) order.emplace_back(p[i], i);
  std::ranges::sort(order);
  std::vector<double> q(p.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    auto const& [own, place] = order[rank - 1];
    least = std::min(least, own * count / static_cast<double>(rank));
    q[place] = least;
  }
  return q;
}

}  // namespace shoal::statistics
