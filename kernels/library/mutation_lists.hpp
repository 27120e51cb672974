// SPDX-License-Identifier: MIT
// Sums over pairs of mutations, from lists of the states in which a row differs from a reference row: the two passes
// of a pairwise surrogate. There is no design matrix: a row with m mutations costs m (m + 1) / 2 look-ups.
//
// A feature is a state of a site that differs from the reference's; features are numbered site by site. A row's list
// holds its features, ascending (at most one per site). A pair table is ragged: its row i has the features of later
// sites that i may be paired with, a contiguous range, and entry (i, j) is at table_starts[i] + j.
#pragma once

#include <cstdint>

#include "kernels/library/gram.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// One mutation of one row, and which of the row's later mutations it is paired with.
struct MutationVisit {
  std::uint32_t row = 0;    // within its block
  std::uint16_t first = 0;  // features[feature_starts[row] + first … + count - 1] of the row are the partners
  std::uint16_t count = 0;
};

// The later features begin … end - 1 that a feature may be paired with.
struct PartnerSpan {
  std::int32_t begin = 0;
  std::int32_t end = 0;
};

// Rows in blocks of `block_rows` (the last may be shorter), so that a block's lists stay in cache. All in the space's
// memory.
struct MutationLists {
  std::int64_t rows = 0;
  std::int64_t block_rows = 1;
  std::int64_t feature_count = 0;
  std::int64_t table_size = 0;
  std::uint16_t const* features = nullptr;
  std::int64_t const* feature_starts = nullptr;  // [rows + 1]
  MutationVisit const* visits = nullptr;         // block by block, in it feature by feature, in it row by row
  std::int64_t const* visit_starts = nullptr;    // [blocks * feature_count + 1]
  std::int64_t const* table_starts = nullptr;    // [feature_count]; table_starts[i] + j is entry (i, j)

  PartnerSpan const* partners = nullptr;  // [feature_count]

  SHOAL_HOST_DEVICE std::int64_t blocks() const { return (rows + block_rows - 1) / block_rows; }
};

// Tables of `columns` = 1, 2, 4 or 8 right-hand sides, interleaved: single [feature_count, columns], pairs
// [table_size, columns].
struct MutationTables {
  double* single = nullptr;
  double* pairs = nullptr;
  int columns = 1;
};

inline constexpr int most_mutation_columns = 8;

// values [rows of the blocks, columns], contiguous: for every row the sum over its features i, ascending, of
// single(i) + the sum over its partners j, ascending, of pairs(i, j). Blocks begin … end - 1. Same bits in both spaces.
void gather_mutations(CpuSpace const& space, MutationLists const& lists, RowRange blocks, MutationTables const& tables,
                      double* values);
void gather_mutations(CudaSpace const& space, MutationLists const& lists, RowRange blocks, MutationTables const& tables,
                      double* values);

// The transposed map: single(i) = sum of values(row) over the rows with feature i, pairs(i, j) = over the rows with
// both. Rows are added in ascending order for any number of threads. Entries of pairs that no list visits are 0. Same
// bits in both spaces.
void scatter_mutations(CpuSpace const& space, MutationLists const& lists, RowRange blocks, double const* values,
                       MutationTables const& tables);
void scatter_mutations(CudaSpace const& space, MutationLists const& lists, RowRange blocks, double const* values,
                       MutationTables const& tables);

}  // namespace shoal::kernels
