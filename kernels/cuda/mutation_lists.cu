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

// One block of a warp for each feature and column. The lanes take the partners of one row, which are distinct, so no
// two add to the same entry; rows follow one another.
__global__ void __launch_bounds__(lanes)
    scatter_kernel(MutationLists lists, RowRange blocks, double const* values, MutationTables tables) {
  std::int64_t const feature = blockIdx.x;
  std::int64_t const column = blockIdx.y;
  double* const pairs = tables.pairs + lists.table_starts[feature] * tables.columns + column;
  PartnerSpan const span = lists.partners[feature];
  for (std::int64_t partner = span.begin + threadIdx.x; partner < span.end; partner += lanes) {
    pairs[partner * tables.columns] = 0.0;
  }
  __syncthreads();
  double single = 0.0;
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    std::int64_t const* const start = lists.visit_starts + block * lists.feature_count + feature;
    std::int64_t const first_row = block * lists.block_rows;
    for (std::int64_t at = start[0]; at < start[1]; ++at) {
      MutationVisit const visit = lists.visits[at];
      std::int64_t const row = first_row + visit.row;
      double const value = values[(row - blocks.begin * lists.block_rows) * tables.columns + column];
      std::uint16_t const* const partners = lists.features + lists.feature_starts[row] + visit.first;
      single += value;
      for (unsigned partner = threadIdx.x; partner < visit.count; partner += lanes) {
        pairs[std::int64_t{partners[partner]} * tables.columns] += value;
      }
      __syncthreads();
    }
  }
  if (threadIdx.x == 0) tables.single[feature * tables.columns + column] = single;
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
  cuda::LaunchShape const shape{dim3(static_cast<unsigned>(lists.feature_count), static_cast<unsigned>(tables.columns)),
                                dim3(lanes), 0};
  cuda::launch(space, "scatter_mutations", shape, scatter_kernel, lists, blocks, values, tables);
}

}  // namespace shoal::kernels
