// SPDX-License-Identifier: MIT
// Vectors of several right-hand sides on the host, interleaved, and their sums in a fixed order: what conjugate
// gradients do between two passes over the data.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "kernels/library/mutation_lists.hpp"

namespace shoal::kernels {

using ColumnNumbers = std::array<double, most_mutation_columns>;

// Σ over rows of f(row, column), for `columns` columns. Rows are added in blocks of one size, then the blocks: the
// result depends on the number of rows alone.
template <class Function>
ColumnNumbers column_sums(std::int64_t rows, int columns, int threads, Function const& f) {
  constexpr std::int64_t block_rows = 2048;
  std::int64_t const blocks = (rows + block_rows - 1) / block_rows;
  std::vector<ColumnNumbers> parts(blocks, ColumnNumbers{});
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t block = 0; block < blocks; ++block) {
    ColumnNumbers part{};
    std::int64_t const end = std::min(rows, (block + 1) * block_rows);
    for (std::int64_t row = block * block_rows; row < end; ++row) {
      for (int column = 0; column < columns; ++column) part[column] += f(row, column);
    }
    parts[block] = part;
  }
  ColumnNumbers sums{};
  for (ColumnNumbers const& part : parts) {
    for (int column = 0; column < columns; ++column) sums[column] += part[column];
  }
  return sums;
}

// Calls f(row, column) for every entry.
template <class Function>
void each_entry(std::int64_t rows, int columns, int threads, Function const& f) {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) f(row, column);
  }
}

}  // namespace shoal::kernels
