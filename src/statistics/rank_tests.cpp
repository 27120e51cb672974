// SPDX-License-Identifier: MIT
#include "statistics/rank_tests.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/correlation.hpp"

namespace shoal::statistics {

SignedRank signed_rank(std::span<double const> one, std::span<double const> other) {
  SignedRank result;
  std::vector<double> differences;
  double sum = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    double const difference = one[i] - other[i];
    if (std::isnan(difference)) continue;
    ++result.pairs;
    sum += difference;
    if (difference != 0) differences.push_back(difference);
  }
  if (result.pairs > 0) result.mean_difference = sum / static_cast<double>(result.pairs);
  if (differences.empty()) return result;
  std::sort(differences.begin(), differences.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b) || (std::abs(a) == std::abs(b) && a < b); });
  auto const n = static_cast<double>(differences.size());
  double positive = 0, ties = 0;
  for (std::size_t first = 0; first < differences.size();) {
    std::size_t next = first;
    while (next < differences.size() && std::abs(differences[next]) == std::abs(differences[first])) ++next;
    double const rank = static_cast<double>(first + next + 1) / 2;
    auto const tied = static_cast<double>(next - first);
    ties += tied * tied * tied - tied;
    for (std::size_t i = first; i < next; ++i) positive += differences[i] > 0 ? rank : 0;
    first = next;
  }
  double const variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
  double const z = (positive - n * (n + 1) / 4) / std::sqrt(variance);
  result.p = std::erfc(std::abs(z) / std::numbers::sqrt2);
  return result;
}

double mann_whitney_less(std::span<double const> one, std::span<double const> other) {
  auto const n = static_cast<double>(one.size()), m = static_cast<double>(other.size());
  if (n == 0 || m == 0) return 1;
  std::vector<double> all(one.begin(), one.end());
  all.insert(all.end(), other.begin(), other.end());
  auto const ranks = ranks_from_lowest(all);
  double sum = 0;
  for (std::size_t i = 0; i < one.size(); ++i) sum += ranks[i];
  double const u = sum - n * (n + 1) / 2;
  std::vector<double> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  double ties = 0;
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t next = first;
    while (next < sorted.size() && sorted[next] == sorted[first]) ++next;
    auto const tied = static_cast<double>(next - first);
    ties += tied * tied * tied - tied;
    first = next;
  }
  double const total = n + m;
  double const variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) return 1;
  double const z = (u - n * m / 2 + 0.5) / std::sqrt(variance);
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

double mann_whitney(std::span<double const> one, std::span<double const> other) {
  return std::min(1.0, 2 * std::min(mann_whitney_less(one, other), mann_whitney_less(other, one)));
}

}  // namespace shoal::statistics
