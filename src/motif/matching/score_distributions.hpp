// SPDX-License-Identifier: MIT
// Null distributions of the scores of runs of query columns, and what follows for the best of all offsets of a target.
#pragma once

#include <array>
#include <cstdint>
#include <map>
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
  // Columns of few kinds, as those of one-hot queries: a distribution depends only on how many of each kind a run has.
  static constexpr std::size_t most_kinds = 3;
  using KindCounts = std::array<std::int16_t, most_kinds>;
  // A sum's probabilities, and its tail once it was asked for.
  struct SharedRun {
    Run run;
    std::vector<double> shares;
  };

  bool share_runs(std::vector<std::vector<double>> const& columns);
  SharedRun& shared_run(KindCounts const& counts);
  void compute_runs(std::vector<std::vector<double>> const& columns, std::vector<char> const& widths);
  Run const& run(std::int64_t first, std::int64_t count);
  double tail(std::int64_t first, std::int64_t count, std::int64_t score);

  std::int64_t columns_ = 0;
  std::int64_t zero_ = 0;
  std::vector<Run> runs_;  // [columns, columns]
  bool is_shared_ = false;
  std::vector<std::vector<double>> kinds_;  // the columns' different distributions, in order
  std::vector<KindCounts> kinds_before_;    // [columns + 1] how many of each kind stand before a column
  std::vector<Run const*> known_runs_;      // [columns, columns] in shared_; null: not asked for yet
  std::map<KindCounts, SharedRun> shared_;  // of kinds_, over queries
};

}  // namespace shoal::motif
