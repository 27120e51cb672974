// SPDX-License-Identifier: MIT
#include "kernels/library/mutation_lists.hpp"

#include "kernels/cuda/launch.cuh"

namespace shoal::kernels {

namespace {

constexpr unsigned lanes = 32;

// One thread per row and column: the same chain of additions as on the CPU.
__global__ void __launch_bounds__(cuda::default_threads)
    gather_kernel(MutationLists lists, std::int64_t first_row, std::int64_t rows, MutationTables tables,
                  double* values) {
  for (std::int64_t item = cuda::global_thread(); item < rows * tables.columns; item += cuda::global_threads()) {
    std::int64_t const row = first_row + item / tables.columns;
    std::int64_t const column = item % tables.columns;
    std::int64_t const begin = lists.feature_starts[row];
    std::int64_t const end = lists.feature_starts[row + 1];
    double total = 0.0;
    for (std::int64_t at = begin; at < end; ++at) {
      std::int64_t const feature = lists.features[at];
      double sum = tables.single[feature * tables.columns + column];
      std::int64_t const table = lists.table_starts[feature];
      PartnerSpan const partners = lists.partners[feature];
      for (std::int64_t other = at + 1; other < end; ++other) {
        int const partner = lists.features[other];
        if (partner >= partners.end) break;
        if (partner >= partners.begin) sum += tables.pairs[(table + partner) * tables.columns + column];
      }
      total += sum;
    }
    values[item] = total;
  }
}

// What one row adds: its value, and this lane's first partner.
struct RowSum {
  double value = 0.0;
  int partner = -1;  // none
};

// One block per feature, one warp per column. The lanes take the partners of one row, which are distinct, so that no
// two add to the same entry; rows follow one another. A warp adds up its row of the pair table in shared memory (where
// it fits), because there an addition waits for the one before it some 30 cycles and not 600, and it loads what the
// next rows need before it adds.
template <bool in_shared>
__global__ void __launch_bounds__(lanes* most_mutation_columns, 4)
    scatter_kernel(MutationLists lists, RowRange blocks, double const* values, MutationTables tables) {
  constexpr int rows_ahead = 4;
  std::int64_t const feature = blockIdx.x;
  unsigned const column = threadIdx.x / lanes;
  unsigned const lane = threadIdx.x % lanes;
  PartnerSpan const span = lists.partners[feature];
  double* const pairs = tables.pairs + lists.table_starts[feature] * tables.columns + column;
  // Entry of partner p: sums[p * step].
  std::int64_t const step = in_shared ? 1 : tables.columns;
  double* const sums =
      in_shared ? cuda::dynamic_shared_memory<double>() + column * (span.end - span.begin) - span.begin : pairs;
  for (std::int64_t partner = span.begin + lane; partner < span.end; partner += lanes) sums[partner * step] = 0.0;
  __syncwarp();
  double single = 0.0;
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    std::int64_t const* const start = lists.visit_starts + block * lists.feature_count + feature;
    std::int64_t const first_row = block * lists.block_rows;
    for (std::int64_t begin = start[0]; begin < start[1]; begin += rows_ahead) {
      RowSum rows[rows_ahead];
#pragma unroll
      for (int ahead = 0; ahead < rows_ahead; ++ahead) {
        if (begin + ahead >= start[1]) continue;
        MutationVisit const visit = lists.visits[begin + ahead];
        std::int64_t const row = first_row + visit.row;
        rows[ahead].value = values[(row - blocks.begin * lists.block_rows) * tables.columns + column];
        if (lane < visit.count) {
          rows[ahead].partner = lists.features[lists.feature_starts[row] + visit.first + lane];
        }
      }
#pragma unroll
      for (int ahead = 0; ahead < rows_ahead; ++ahead) {
        if (begin + ahead >= start[1]) continue;
        double const value = rows[ahead].value;
        single += value;
        if (rows[ahead].partner >= 0) sums[rows[ahead].partner * step] += value;
        // Few rows have so many mutations that a lane has a second partner.
        MutationVisit const visit = lists.visits[begin + ahead];
        for (unsigned partner = lane + lanes; partner < visit.count; partner += lanes) {
          std::int64_t const place = lists.feature_starts[first_row + visit.row] + visit.first + partner;
          sums[lists.features[place] * step] += value;
        }
        __syncwarp();
      }
    }
  }
  if (in_shared) {
    for (std::int64_t partner = span.begin + lane; partner < span.end; partner += lanes) {
      pairs[partner * tables.columns] = sums[partner];
    }
  }
  if (lane == 0) tables.single[feature * tables.columns + column] = single;
}

}  // namespace

void gather_mutations(CudaSpace const& space, MutationLists const& lists, RowRange blocks, MutationTables const& tables,
                      double* values) {
  std::int64_t const first_row = blocks.begin * lists.block_rows;
  std::int64_t const last_row = blocks.end * lists.block_rows < lists.rows ? blocks.end * lists.block_rows : lists.rows;
  if (last_row <= first_row) return;
  cuda::launch(space, "gather_mutations", cuda::one_thread_each((last_row - first_row) * tables.columns), gather_kernel,
               lists, first_row, last_row - first_row, tables, values);
}

void scatter_mutations(CudaSpace const& space, MutationLists const& lists, RowRange blocks, double const* values,
                       MutationTables const& tables) {
  if (lists.feature_count == 0) return;
  // Three blocks per multiprocessor at least.
  constexpr std::size_t most_shared_bytes = 72 * 1024;
  // No partners are more than all features.
  std::size_t const bytes = lists.table_size == 0 ? 0
                                                  : static_cast<std::size_t>(lists.feature_count) *
                                                        static_cast<std::size_t>(tables.columns) * sizeof(double);
  dim3 const grid(static_cast<unsigned>(lists.feature_count));
  dim3 const threads(lanes * static_cast<unsigned>(tables.columns));
  if (bytes <= most_shared_bytes) {
    cuda::launch(space, "scatter_mutations", {grid, threads, bytes}, scatter_kernel<true>, lists, blocks, values,
                 tables);
  } else {
    cuda::launch(space, "scatter_mutations", {grid, threads, 0}, scatter_kernel<false>, lists, blocks, values, tables);
  }
}

}  // namespace shoal::kernels
