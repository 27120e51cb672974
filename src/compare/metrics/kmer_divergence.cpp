// SPDX-License-Identifier: MIT
#include "compare/metrics/kmer_divergence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "compare/metrics/position_scores.hpp"

namespace shoal::compare {

namespace {

// As NumPy computes it by default: linear between order statistics.
double quantile(std::vector<double> values, double share) {
  double const place = share * static_cast<double>(values.size() - 1);
  auto const below = static_cast<std::size_t>(place);
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), middle, values.end());
  double const low = *middle;
  if (below + 1 == values.size()) return low;
  double const high = *std::min_element(middle + 1, values.end());
  return low + (place - static_cast<double>(below)) * (high - low);
}

}  // namespace

void count_words(std::span<std::uint8_t const> codes, std::span<std::uint32_t> counts) {
  std::int64_t word = 0, known = 0;
  for (std::uint8_t const code : codes) {
    known = code > 3 ? 0 : known + 1;
    word = (4 * word + (code > 3 ? 0 : code)) % word_count;
    if (known >= word_length) ++counts[at(word)];
  }
}

void count_high_words(std::span<double const> map, std::span<std::uint8_t const> codes,
                      std::span<std::uint32_t> counts) {
  auto const length = static_cast<std::int64_t>(codes.size());
  if (length == 0) return;
  std::vector<double> const centred = corrected(map);
  std::vector<double> norms(codes.size());
  for (std::size_t position = 0; position < codes.size(); ++position) {
    double squares = 0;
    for (std::size_t base = 0; base < 4; ++base) {
      double const value = centred[base * codes.size() + position];
      squares += value * value;
    }
    norms[position] = std::sqrt(squares);
  }
  double const cutoff = quantile(norms, word_quantile);
  constexpr std::int64_t extension = 2;
  std::int64_t start = -1, stop = 0;  // the run in hand, [start, stop) with its extension
  auto const finish = [&] {
    if (start >= 0 && stop - start >= word_length) count_words(codes.subspan(at(start), at(stop - start)), counts);
    start = -1;
  };
  for (std::int64_t position = 0; position < length; ++position) {
    if (!(norms[at(position)] > cutoff)) continue;
    if (start >= 0 && position >= stop) finish();
    if (start < 0) start = position;
    stop = std::min(position + 1 + extension, length);
  }
  finish();
}

double word_divergence(std::span<double const> high, std::span<double const> all) {
  double const high_total = std::accumulate(high.begin(), high.end(), 0.0);
  double const all_total = std::accumulate(all.begin(), all.end(), 0.0);
  if (high_total == 0 || all_total == 0) return not_a_number;
  double sum = 0;
  for (std::size_t word = 0; word < high.size(); ++word) {
    if (all[word] == 0) continue;
    double const p = high[word] / high_total;
    double const q = all[word] / all_total;
    sum += (p > 0 ? p * std::log(p / q) : 0) - p + q;
  }
  return sum;
}

}  // namespace shoal::compare
