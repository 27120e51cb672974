// SPDX-License-Identifier: MIT
#include "base/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace shoal {

double pearson(std::span<double const> one, std::span<double const> other) {
  expect(one.size() == other.size(), "columns of different sizes are correlated");
  auto const rows = static_cast<double>(one.size());
  double const one_mean = std::accumulate(one.begin(), one.end(), 0.0) / rows;
  double const other_mean = std::accumulate(other.begin(), other.end(), 0.0) / rows;
  double together = 0, first = 0, second = 0, largest = 0, other_largest = 0;
  for (std::size_t row = 0; row < one.size(); ++row) {
    double const a = one[row] - one_mean, b = other[row] - other_mean;
    together += a * b;
    first += a * a;
    second += b * b;
    largest = std::max(largest, std::abs(one[row]));
    other_largest = std::max(other_largest, std::abs(other[row]));
  }
  // Deviations that are only the mean's rounding are none.
  constexpr double rounding = 1e-13;
  if (std::sqrt(first / rows) <= rounding * largest || std::sqrt(second / rows) <= rounding * other_largest) return 0;
  return first > 0 && second > 0 ? together / std::sqrt(first) / std::sqrt(second) : 0;
}

std::vector<double> ranks_from_lowest(std::span<double const> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t next = first;
    while (next < order.size() && values[order[next]] == values[order[first]]) ++next;
    for (std::size_t i = first; i < next; ++i) ranks[order[i]] = static_cast<double>(first + next + 1) / 2;
    first = next;
  }
  return ranks;
}

double spearman(std::span<double const> one, std::span<double const> other) {
  auto const first = ranks_from_lowest(one), second = ranks_from_lowest(other);
  return pearson(first, second);
}

}  // namespace shoal
