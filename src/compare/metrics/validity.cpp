// SPDX-License-Identifier: MIT
#include "compare/metrics/validity.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "base/not_a_number.hpp"

namespace shoal::compare {

namespace {

// Score and whether the position is a motif's, the highest score first.
std::vector<std::pair<double, bool>> descending(std::span<double const> scores, std::span<Label const> labels) {
  std::vector<std::pair<double, bool>> order;
  order.reserve(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (labels[i] != Label::neither) order.emplace_back(scores[i], labels[i] == Label::motif);
  }
  std::sort(order.begin(), order.end(), [](auto const& one, auto const& other) { return one.first > other.first; });
  return order;
}

}  // namespace

std::vector<Label> label_positions(std::span<double const> truth, std::span<std::uint8_t const> codes, double threshold,
                                   bool all_positions) {
  std::vector<Label> labels(truth.size(), Label::neither);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (codes[i] <= 3) least = std::min(least, truth[i]);
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (codes[i] > 3) continue;
    if (truth[i] > threshold) {
      labels[i] = Label::motif;
    } else if (all_positions || truth[i] == least) {
      labels[i] = Label::background;
    }
  }
  return labels;
}

std::vector<double> information(std::span<double const> probabilities) {
  std::size_t const length = probabilities.size() / 4;
  std::vector<double> bits(length);
  for (std::size_t position = 0; position < length; ++position) {
    double sum = 2;
    for (std::size_t base = 0; base < 4; ++base) {
      double const q = probabilities[base * length + position];
      sum += q * std::log2(q + 1e-10);
    }
    bits[position] = sum;
  }
  return bits;
}

Ranking rank_positions(std::span<double const> scores, std::span<Label const> labels) {
  auto const order = descending(scores, labels);
  double positives = 0;
  for (auto const& [score, is_motif] : order) positives += is_motif ? 1 : 0;
  double const negatives = static_cast<double>(order.size()) - positives;
  if (positives == 0 || negatives == 0) return {not_a_number, not_a_number, not_a_number};
  Ranking area;
  double hits = 0, misses = 0, recall = 0, precision = 1;
  for (std::size_t first = 0; first < order.size();) {
    double more_hits = 0, more_misses = 0;
    std::size_t next = first;
    for (; next < order.size() && order[next].first == order[first].first; ++next) {
      (order[next].second ? more_hits : more_misses) += 1;
    }
    area.auroc += more_misses * (hits + more_hits / 2);
    hits += more_hits;
    misses += more_misses;
    double const new_recall = hits / positives;
    double const new_precision = hits / (hits + misses);
    area.aupr += (new_recall - recall) * (new_precision + precision) / 2;
    area.average_precision += (new_recall - recall) * new_precision;
    recall = new_recall;
    precision = new_precision;
    first = next;
  }
  area.auroc /= positives * negatives;
  return area;
}

double signal_to_noise(std::span<double const> scores, std::span<Label const> labels, std::size_t most) {
  double signal = 0;
  std::size_t motif_positions = 0;
  std::vector<double> noise;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (labels[i] == Label::motif) {
      signal += scores[i];
      ++motif_positions;
    } else if (labels[i] == Label::background && scores[i] > 0) {
      noise.push_back(scores[i]);
    }
  }
  if (motif_positions == 0 || noise.size() < most) return 0;
  auto const end = noise.begin() + static_cast<std::ptrdiff_t>(most);
  std::partial_sort(noise.begin(), end, noise.end(), std::greater<>());
  double const mean_noise = std::accumulate(noise.begin(), end, 0.0) / static_cast<double>(most);
  return signal / static_cast<double>(motif_positions) / mean_noise;
}

double top_mass(std::span<double const> scores, std::span<Label const> labels) {
  auto const order = descending(scores, labels);
  auto const is_motif = [](auto const& position) { return position.second; };
  auto remaining = static_cast<std::size_t>(std::count_if(order.begin(), order.end(), is_motif));
  if (remaining == 0) return not_a_number;
  double found = 0, all = 0;
  for (std::size_t first = 0; first < order.size() && remaining > 0 && order[first].first > 0;) {
    std::size_t next = first;
    double motifs = 0;
    for (; next < order.size() && order[next].first == order[first].first; ++next) motifs += order[next].second ? 1 : 0;
    auto const tied = next - first;
    double const taken = static_cast<double>(std::min(tied, remaining));
    all += taken * order[first].first;
    found += taken * order[first].first * motifs / static_cast<double>(tied);
    remaining -= std::min(tied, remaining);
    first = next;
  }
  return all > 0 ? found / all : 0;
}

double truth_cosine(std::span<double const> map, std::span<double const> probabilities,
                    std::span<std::uint8_t const> codes) {
  std::size_t const length = codes.size();
  double product = 0, map_squares = 0, truth_squares = 0;
  for (std::size_t base = 0; base < 4; ++base) {
    for (std::size_t position = 0; position < length; ++position) {
      if (codes[position] > 3) continue;
      double const value = map[base * length + position];
      double const truth = probabilities[base * length + position] - 0.25;
      product += value * truth;
      map_squares += value * value;
      truth_squares += truth * truth;
    }
  }
  if (truth_squares == 0) return not_a_number;
  return map_squares == 0 ? 0 : product / std::sqrt(map_squares * truth_squares);
}

}  // namespace shoal::compare
