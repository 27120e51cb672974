// SPDX-License-Identifier: MIT
// Many sequences of one length in memory, 2 bits per base, with a mask only for those that hold N.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "genome/loci.hpp"

namespace shoal::genome {

class PackedRows {
 public:
  // Appends one sequence; all have the length of the first.
  void append(Codes const& sequence);
  // The sequence of row `index`, as it was appended.
  Codes row(std::int64_t index) const;
  std::int64_t size() const { return rows_; }

 private:
  std::int64_t rows_ = 0;
  std::int32_t length_ = 0;
  std::vector<std::uint64_t> words_;                                      // [rows, words_per_row(length)]
  std::unordered_map<std::int64_t, std::vector<std::uint64_t>> unknown_;  // row -> bit mask of its N
};

}  // namespace shoal::genome
