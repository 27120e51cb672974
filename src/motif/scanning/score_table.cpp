// SPDX-License-Identifier: MIT
#include "motif/scanning/score_table.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"

namespace shoal::motif {

ScoreTable::ScoreTable(std::vector<Column> const& columns, PwmOptions const& options) {
  std::vector<double> shares = {1.0};
  for (Column const& column : columns) {
    std::array<std::int32_t, 4>& scores = columns_.emplace_back();
    for (std::size_t base = 0; base < 4; ++base) {
      double const bits = std::log2((column[base] + options.pseudocount) / options.background[base]);
      scores[base] = static_cast<std::int32_t>(std::lround(bits / options.bin));
    }
    auto const [least, most] = std::ranges::minmax(scores);
    lowest_ += least;
    std::vector<double> longer(shares.size() + at(most - least), 0.0);
    for (std::size_t base = 0; base < 4; ++base) {
      std::size_t const shift = at(scores[base] - least);
      for (std::size_t i = 0; i < shares.size(); ++i) longer[i + shift] += shares[i] * options.background[base];
    }
    shares = std::move(longer);
  }
  tail_ = std::move(shares);
  for (std::size_t i = tail_.size() - 1; i > 0; --i) tail_[i - 1] += tail_[i];
}

double ScoreTable::p_value(std::int64_t score) const {
  if (score <= lowest_) return 1.0;
  std::int64_t const place = score - lowest_;
  return place < static_cast<std::int64_t>(tail_.size()) ? std::min(tail_[at(place)], 1.0) : 0.0;
}

std::int64_t ScoreTable::threshold(double largest_p) const {
  auto const first = std::ranges::partition_point(tail_, [&](double p) { return p > largest_p; });
  return lowest_ + (first - tail_.begin());
}

}  // namespace shoal::motif
