// SPDX-License-Identifier: MIT
// Null distributions of the scores of runs of query columns, and what follows for the best of all offsets of a target.
#pragma once

#include <cstdint>
#include <vector>

namespace shoal::motif {

// Distributions for one query. Scores are whole numbers: column i alone has the score s in 0 … bins with probability
// columns[i][s], and a column without partner has the score `zero`.
class ScoreDistributions {
 public:
  // `widths`: which widths of targets occur, by width; only their runs are computed.
  void set(std::vector<std::vector<double>> const& columns, std::int64_t zero, std::vector<char> const& widths);

  // The probability that the best offset of a target of `width` columns has at least this complete score (that of all
  // query columns).
  double p_value(std::int64_t score, std::int64_t width);

 private:
  // P(S ≥ s) of the columns first … first + count - 1, for s = lowest, lowest + 1, …
  struct Run {
    std::int64_t lowest = 0;
    std::vector<double> tail;
  };

  Run& run(std::int64_t first, std::int64_t count) { return runs_[first * columns_ + count - 1]; }
  double tail(std::int64_t first, std::int64_t count, std::int64_t score);

  std::int64_t columns_ = 0;
  std::int64_t zero_ = 0;
  std::vector<Run> runs_;  // [columns, columns]
};

}  // namespace shoal::motif
