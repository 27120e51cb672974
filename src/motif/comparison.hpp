// SPDX-License-Identifier: MIT
// Tomtom: how alike motifs are, with p-values (Gupta et al., Genome Biology 2007, 8:R24; complete scores: Tanaka et
// al., Bioinformatics 2011, 27:1603).
//
// Scores. A query column q and a target column y have the score -|q - y| (Euclidean) minus the median of such scores
// of q with all target columns, on both strands. Scores become whole numbers: scale and zero are shared by the columns
// of a query (ColumnScores). An alignment's score is the sum over the query's columns; a column that no target column
// faces adds 0 (the median): complete scores.
// p-values. Under the null hypothesis every query column meets a target column that is drawn from all. The
// distribution of the score of each run of query columns follows by convolution, and the best of all offsets of a
// target of w columns has p = 1 - Π over offsets (1 - P(S ≥ score)). Of two strands the better counts: p (2 - p). E = p
// × targets. q: Benjamini and Hochberg's over the targets of one query.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "motif/motif.hpp"

namespace shoal::motif {

struct ComparisonOptions {
  int score_bins = 100;  // whole numbers that the scores of one column are divided into, 2 to 127
  // Target columns that agree after rounding to this many levels per base count as the first of them, and a median is
  // the mean of its bin among 1,000, as memelite does by default (100); 0: every column is itself.
  int target_bins = 0;
  bool both_strands = true;
};

// A query beside one target.
struct Match {
  double p = 1;
  double e = 1;
  double q = 1;
  std::int64_t score = 0;    // of the best alignment
  std::int64_t offset = 0;   // target column at the query's first column; on '-' of the reverse complement
  std::int64_t overlap = 0;  // query columns that face a target column
  char strand = '+';
};

// Targets that any number of queries are compared with. Thread safe.
class MotifComparison {
 public:
  // Errors: config, for bins out of range or no targets.
  MotifComparison(std::vector<Motif> targets, ComparisonOptions const& options);
  MotifComparison(MotifComparison&&) noexcept;
  ~MotifComparison();

  std::vector<Motif> const& targets() const;
  // One match per target. The query has 1 to 250 columns, which need not sum to 1. Errors: input.
  std::vector<Match> compare(std::vector<Column> const& query) const;
  // [queries][targets], on `threads` threads; the same bits for any number.
  std::vector<std::vector<Match>> compare(std::span<std::vector<Column> const> queries, int threads) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::motif
