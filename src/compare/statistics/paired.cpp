// SPDX-License-Identifier: MIT
#include "compare/statistics/paired.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/correlation.hpp"
#include "base/not_a_number.hpp"

namespace shoal::compare {

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
