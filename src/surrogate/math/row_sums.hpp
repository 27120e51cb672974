// SPDX-License-Identifier: MIT
// Loops and sums over rows in blocks whose borders and order of addition depend on the number of rows alone, so that
// the bits do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace shoal::surrogate {

inline constexpr std::int64_t rows_per_block = 512;

// Calls job(begin, end) for every block of `rows` rows, blocks on up to `threads` threads. The job throws nothing.
template <class Job>
void over_row_blocks(std::int64_t rows, int threads, Job const& job) {
  std::int64_t const blocks = (rows + rows_per_block - 1) / rows_per_block;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1 && blocks > 1)
  for (std::int64_t block = 0; block < blocks; ++block) {
    job(block * rows_per_block, std::min(rows, (block + 1) * rows_per_block));
  }
}

// The sums [width] of what job(begin, end, sums) adds to its block's own zeroed sums [width], blocks added in order.
template <class Job>
std::vector<double> sum_row_blocks(std::int64_t rows, std::int64_t width, int threads, Job const& job) {
  std::int64_t const blocks = (rows + rows_per_block - 1) / rows_per_block;
  std::vector<double> parts(static_cast<std::size_t>(blocks * width), 0.0);
  over_row_blocks(rows, threads, [&](std::int64_t begin, std::int64_t end) {
    job(begin, end, parts.data() + begin / rows_per_block * width);
  });
  std::vector<double> sums(static_cast<std::size_t>(width), 0.0);
  for (std::size_t part = 0; part < parts.size(); ++part) sums[part % sums.size()] += parts[part];
  return sums;
}

}  // namespace shoal::surrogate
