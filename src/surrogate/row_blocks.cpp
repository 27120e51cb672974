// SPDX-License-Identifier: MIT
#include "surrogate/row_blocks.hpp"

#include <algorithm>
#include <cmath>

namespace shoal::surrogate {

std::int64_t training_rows(std::int64_t rows, double holdout) {
  return rows - static_cast<std::int64_t>(std::llround(holdout * static_cast<double>(rows)));
}

Split split_rows(std::int64_t rows, double validation, double holdout) {
  std::int64_t const fitted = training_rows(rows, holdout);
  std::int64_t const validated = std::llround(validation * static_cast<double>(rows));
  std::int64_t const trained = std::max<std::int64_t>(fitted - validated, 1);
  return {{0, trained}, {trained, fitted}, {fitted, rows}};
}

std::vector<kernels::RowRange> contiguous_blocks(std::int64_t rows, int count) {
  std::vector<kernels::RowRange> blocks;
  std::int64_t begin = 0;
  for (int block = 0; block < count; ++block) {
    std::int64_t const end = begin + rows / count + (block < rows % count ? 1 : 0);
    blocks.push_back({begin, end});
    begin = end;
  }
  return blocks;
}

}  // namespace shoal::surrogate
