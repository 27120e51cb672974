// SPDX-License-Identifier: MIT
// What pairwise in-silico mutagenesis is told.
#pragma once

#include <cstdint>
#include <string_view>

namespace shoal::attribution {

// Positions [start, stop) in the sequence's own orientation.
struct PairwiseWindow {
  std::int64_t start = 0;
  std::int64_t stop = 0;

  std::int64_t size() const { return stop - start; }
  std::int64_t pairs() const { return size() * (size() - 1) / 2; }
};

struct PairwiseOptions {
  // The middle 40 positions, or all of a shorter sequence: 7,021 mutants; W positions have 9 W (W - 1) / 2 + 3 W + 1.
  static constexpr std::int64_t default_size = 40;
  // 403,651 mutants and 2.9 MB a locus and task.
  static constexpr std::int64_t largest_size = 300;

  PairwiseWindow window = {};  // both ends 0: the default

  // The window of sequences of `length`. Errors: config, when it does not lie there, or is shorter than 2 or too large.
  PairwiseWindow resolved(std::int64_t length) const;
};

// "A:B"; nothing: the default. Errors: config.
PairwiseOptions parse_pairwise_window(std::string_view text);

}  // namespace shoal::attribution
