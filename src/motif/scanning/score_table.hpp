// SPDX-License-Identifier: MIT
// A motif's log-odds scores in whole numbers of bins, and the exact distribution of their sum.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "motif/pwm_sites.hpp"

namespace shoal::motif {

class ScoreTable {
 public:
  ScoreTable(std::vector<Column> const& columns, PwmOptions const& options);

  std::int64_t width() const { return static_cast<std::int64_t>(columns_.size()); }
  // [width] the scores of A, C, G, T.
  std::vector<std::array<std::int32_t, 4>> const& columns() const { return columns_; }
  // P(S ≥ score), for letters drawn one by one from the background (Staden, CABIOS 1989): the convolution of the
  // columns' distributions, summed from the largest score on.
  double p_value(std::int64_t score) const;
  // The least score whose p-value is at most `largest_p`; one more than the largest score where there is none.
  std::int64_t threshold(double largest_p) const;

 private:
  std::vector<std::array<std::int32_t, 4>> columns_;
  std::int64_t lowest_ = 0;   // least possible score
  std::vector<double> tail_;  // [scores from the lowest] P(S ≥ it)
};

}  // namespace shoal::motif
