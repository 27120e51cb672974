// SPDX-License-Identifier: MIT
#include "kernels/library/mutation_lists.hpp"

#include <algorithm>
#include <array>

namespace shoal::kernels {

namespace {

// Visits of one feature in one block.
struct VisitRange {
  MutationVisit const* begin;
  MutationVisit const* end;
};

VisitRange visits_of(MutationLists const& lists, std::int64_t block, std::int64_t feature) {
  std::int64_t const* const start = lists.visit_starts + block * lists.feature_count + feature;
  return {lists.visits + start[0], lists.visits + start[1]};
}

template <int columns>
void gather_block(MutationLists const& lists, std::int64_t block, MutationTables const& tables, double* values) {
  std::int64_t const first_row = block * lists.block_rows;
  std::int64_t const rows = std::min(lists.block_rows, lists.rows - first_row);
  std::fill(values, values + rows * columns, 0.0);
  for (std::int64_t feature = 0; feature < lists.feature_count; ++feature) {
    double const* const single = tables.single + feature * columns;
    double const* const pairs = tables.pairs + lists.table_starts[feature] * columns;
    VisitRange const range = visits_of(lists, block, feature);
    for (MutationVisit const* visit = range.begin; visit != range.end; ++visit) {
      std::uint16_t const* const partners =
          lists.features + lists.feature_starts[first_row + visit->row] + visit->first;
      std::array<double, columns> sum;
      std::copy(single, single + columns, sum.begin());
      for (int partner = 0; partner < visit->count; ++partner) {
        double const* const effect = pairs + std::int64_t{partners[partner]} * columns;
        for (int column = 0; column < columns; ++column) sum[column] += effect[column];
      }
      double* const value = values + std::int64_t{visit->row} * columns;
      for (int column = 0; column < columns; ++column) value[column] += sum[column];
    }
  }
}

// All blocks' visits of one feature, block by block.
template <int columns>
void scatter_block(MutationLists const& lists, std::int64_t block, std::int64_t feature, double const* values,
                   MutationTables const& tables) {
  double* const single = tables.single + feature * columns;
  double* const pairs = tables.pairs + lists.table_starts[feature] * columns;
  std::int64_t const first_row = block * lists.block_rows;
  VisitRange const range = visits_of(lists, block, feature);
  for (MutationVisit const* visit = range.begin; visit != range.end; ++visit) {
    std::uint16_t const* const partners = lists.features + lists.feature_starts[first_row + visit->row] + visit->first;
    std::array<double, columns> value;
    std::copy_n(values + std::int64_t{visit->row} * columns, columns, value.begin());
    for (int column = 0; column < columns; ++column) single[column] += value[column];
    for (int partner = 0; partner < visit->count; ++partner) {
      double* const sum = pairs + std::int64_t{partners[partner]} * columns;
      for (int column = 0; column < columns; ++column) sum[column] += value[column];
    }
  }
}

// Without pairs only the list of a row is needed. Row by row, no sum waits for the one before it, as it would by
// feature.
template <int columns>
void gather_single(MutationLists const& lists, std::int64_t block, MutationTables const& tables, double* values) {
  std::int64_t const first_row = block * lists.block_rows;
  std::int64_t const end_row = std::min(first_row + lists.block_rows, lists.rows);
  for (std::int64_t row = first_row; row < end_row; ++row) {
    std::array<double, columns> sum{};
    for (std::int64_t i = lists.feature_starts[row]; i < lists.feature_starts[row + 1]; ++i) {
      double const* const single = tables.single + std::int64_t{lists.features[i]} * columns;
      for (int column = 0; column < columns; ++column) sum[column] += single[column];
    }
    std::copy(sum.begin(), sum.end(), values + (row - first_row) * columns);
  }
}

// The features begin … end - 1 of all rows of the blocks.
template <int columns>
void scatter_single(MutationLists const& lists, RowRange blocks, RowRange features, double const* values,
                    MutationTables const& tables) {
  std::int64_t const first_row = blocks.begin * lists.block_rows;
  std::int64_t const end_row = std::min(blocks.end * lists.block_rows, lists.rows);
  for (std::int64_t row = first_row; row < end_row; ++row) {
    std::uint16_t const* feature = lists.features + lists.feature_starts[row];
    std::uint16_t const* const end = lists.features + lists.feature_starts[row + 1];
    std::array<double, columns> value;
    std::copy_n(values + (row - first_row) * columns, columns, value.begin());
    while (feature != end && *feature < features.begin) ++feature;
    for (; feature != end && *feature < features.end; ++feature) {
      double* const single = tables.single + std::int64_t{*feature} * columns;
      for (int column = 0; column < columns; ++column) single[column] += value[column];
    }
  }
}

template <int columns>
void gather(CpuSpace const& space, MutationLists const& lists, RowRange blocks, MutationTables const& tables,
            double* values) {
#pragma omp parallel for num_threads(space.threads) schedule(dynamic, 1) if (space.threads > 1)
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    double* const block_values = values + (block - blocks.begin) * lists.block_rows * columns;
    if (lists.table_size == 0) {
      gather_single<columns>(lists, block, tables, block_values);
    } else {
      gather_block<columns>(lists, block, tables, block_values);
    }
  }
}

// A thread owns every so many features, so that it alone writes their rows of the table. The loop over blocks is
// outside, so that all threads read the lists of one block at about the same time.
template <int columns>
void scatter(CpuSpace const& space, MutationLists const& lists, RowRange blocks, double const* values,
             MutationTables const& tables) {
  std::fill(tables.single, tables.single + lists.feature_count * columns, 0.0);
  if (lists.table_size == 0) {
#pragma omp parallel for num_threads(space.threads) schedule(static, 1) if (space.threads > 1)
    for (int part = 0; part < space.threads; ++part) {
      RowRange const features{part * lists.feature_count / space.threads,
                              (part + 1) * lists.feature_count / space.threads};
      scatter_single<columns>(lists, blocks, features, values, tables);
    }
    return;
  }
  std::fill(tables.pairs, tables.pairs + lists.table_size * columns, 0.0);
#pragma omp parallel num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    double const* const block_values = values + (block - blocks.begin) * lists.block_rows * columns;
#pragma omp for schedule(static, 1) nowait
    for (std::int64_t feature = 0; feature < lists.feature_count; ++feature) {
      scatter_block<columns>(lists, block, feature, block_values, tables);
    }
  }
}

}  // namespace

void gather_mutations(CpuSpace const& space, MutationLists const& lists, RowRange blocks, MutationTables const& tables,
                      double* values) {
  switch (tables.columns) {
    case 1:
      return gather<1>(space, lists, blocks, tables, values);
    case 2:
      return gather<2>(space, lists, blocks, tables, values);
    case 4:
      return gather<4>(space, lists, blocks, tables, values);
    default:
      return gather<most_mutation_columns>(space, lists, blocks, tables, values);
  }
}

void scatter_mutations(CpuSpace const& space, MutationLists const& lists, RowRange blocks, double const* values,
                       MutationTables const& tables) {
  switch (tables.columns) {
    case 1:
      return scatter<1>(space, lists, blocks, values, tables);
    case 2:
      return scatter<2>(space, lists, blocks, values, tables);
    case 4:
      return scatter<4>(space, lists, blocks, values, tables);
    default:
      return scatter<most_mutation_columns>(space, lists, blocks, values, tables);
  }
}

}  // namespace shoal::kernels
