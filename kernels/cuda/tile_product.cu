// SPDX-License-Identifier: MIT
#include "kernels/cuda/tile_product.cuh"

#include <algorithm>
#include <limits>

#include "kernels/common/maximum.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/tile_loader.cuh"
#include "kernels/forward/activation.hpp"

namespace shoal::kernels::cuda {

namespace {

constexpr int thread_rows = 8;

// The elements of one thread: `thread_rows` consecutive rows, `fours` groups of four columns.
template <int tile_columns, int fours>
struct ThreadTile {
  static constexpr int lanes = tile_columns / 4 / fours;
  static constexpr int threads = tile_rows / thread_rows * lanes;

  // A warp is 8 threads wide and 4 high, so that its reads of shared memory meet no bank twice.
  int column = static_cast<int>(threadIdx.x) / 32 % (lanes / 8) * 8 + static_cast<int>(threadIdx.x) % 8;
  int row =
      (static_cast<int>(threadIdx.x) / 32 / (lanes / 8) * 4 + static_cast<int>(threadIdx.x) % 32 / 8) * thread_rows;
  float sums[thread_rows][4 * fours];

  __device__ int column_of(int group) const { return (group * lanes + column) * 4; }

  __device__ void start_from_bias(TileProduct const& product, std::int32_t first_column) {
#pragma unroll
    for (int group = 0; group < fours; ++group) {
      std::int32_t const f = first_column + column_of(group);
      alignas(16) float bias[4] = {};
      if (f < product.packed_columns) copy_four(product.packed + f, bias);
#pragma unroll
      for (int r = 0; r < thread_rows; ++r) {
#pragma unroll
        for (int j = 0; j < 4; ++j) sums[r][4 * group + j] = bias[j];
      }
    }
  }

  __device__ void add(SharedTile<tile_columns> const& tile) {
#pragma unroll
    for (int depth = 0; depth < tile_depth; ++depth) {
      alignas(16) float x[thread_rows];
      alignas(16) float w[4 * fours];
      copy_four(&tile.rows[depth][row], x);
      copy_four(&tile.rows[depth][row + 4], x + 4);
#pragma unroll
      for (int group = 0; group < fours; ++group) copy_four(&tile.columns[depth][column_of(group)], w + 4 * group);
#pragma unroll
      for (int r = 0; r < thread_rows; ++r) {
#pragma unroll
        for (int j = 0; j < 4 * fours; ++j) sums[r][j] = __fmaf_rn(x[r], w[j], sums[r][j]);
      }
    }
  }

  // Leaves the maximum of rows [r, r + pool) in row r, for every r that is a multiple of `pool`.
  template <int pool>
  __device__ void pool_rows() {
#pragma unroll
    for (int r = 0; r < thread_rows; ++r) {
#pragma unroll
      for (int j = 0; j < 4 * fours; ++j) {
        if (r % pool != 0) sums[r / pool * pool][j] = larger(sums[r / pool * pool][j], sums[r][j]);
      }
    }
  }

  __device__ void store(TileProduct const& product, FirstRow const& first, std::int32_t first_column) const {
    std::int32_t const first_t = first.t + row;
    auto const filters = static_cast<std::int32_t>(product.output.channels);
#pragma unroll
    for (int r = 0; r < thread_rows; ++r) {
      std::int32_t const s = (first_t + r) / product.rows_per_sequence;
      std::int32_t const t = first_t + r - s * product.rows_per_sequence;
      if (r % product.pool != 0 || first.sequence + s >= product.output.sequences) continue;
      float* const to = product.output.data + (first.sequence + s) * product.output.stride +
                        static_cast<std::int64_t>(t / product.pool) * filters;
#pragma unroll
      for (int group = 0; group < fours; ++group) {
        alignas(16) float four[4];
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          float const y = sums[r][4 * group + j];
          four[j] = product.relu && y < 0.0F ? 0.0F : y;
        }
        store_columns(four, first_column + column_of(group), filters, product.store_fours, to);
      }
    }
  }
};

// One block computes tile_rows x tile_columns elements; while it works on one tile of the depth it reads the next.
template <int tile_columns, int fours>
__global__ void __launch_bounds__(ThreadTile<tile_columns, fours>::threads, tile_columns == 128 ? 2 : 4)
    tile_product(TileProduct product, std::int32_t column_tiles) {
  using Tile = ThreadTile<tile_columns, fours>;
  __shared__ SharedTile<tile_columns> shared[2];
  __shared__ RowSource sources[tile_rows];
  FirstRow const first(product, blockIdx.x / static_cast<unsigned>(column_tiles) * std::int64_t{tile_rows});
  auto const first_column = static_cast<std::int32_t>(blockIdx.x % static_cast<unsigned>(column_tiles)) * tile_columns;
  auto const depth = product.width * static_cast<std::int32_t>(product.input.channels);
  std::int32_t const steps = (depth + tile_depth - 1) / tile_depth;

  auto const thread = static_cast<std::int32_t>(threadIdx.x);
  if (thread < tile_rows) sources[thread] = first.source(product, thread);
  __syncthreads();
  float const* const first_sequence = product.input.data + first.sequence * product.input.stride;
  TileLoader<tile_columns, Tile::threads> loader(product, first_sequence, sources, first_column);
  Tile tile;
  tile.start_from_bias(product, first_column);
  loader.read(product);
  loader.store(shared[0]);
  __syncthreads();
  for (std::int32_t step = 0; step < steps; ++step) {
    bool const more = step + 1 < steps;
    if (more) loader.read(product);
    tile.add(shared[step % 2]);
    if (more) loader.store(shared[(step + 1) % 2]);
    __syncthreads();
  }
  if (product.pool == 2) tile.template pool_rows<2>();
  if (product.pool == 4) tile.template pool_rows<4>();
  tile.store(product, first, first_column);
}

template <int tile_columns, int fours>
void launch_tiles(CudaSpace const& space, char const* name, TileProduct const& product) {
  std::int64_t const rows = product.output.sequences * product.rows_per_sequence;
  std::int64_t const column_tiles = (product.output.channels + tile_columns - 1) / tile_columns;
  LaunchShape shape;
  shape.grid = dim3(all_blocks_for((rows + tile_rows - 1) / tile_rows * column_tiles, 1, name));
  shape.block = dim3(ThreadTile<tile_columns, fours>::threads);
  launch(space, name, shape, tile_product<tile_columns, fours>, product, static_cast<std::int32_t>(column_tiles));
}

}  // namespace

void require_small_offsets(TileProduct const& product) {
  constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
  std::int64_t const touched = std::min<std::int64_t>(tile_rows, product.input.sequences);
  std::int64_t const depth = product.width * product.input.channels;
  std::int64_t const reach = static_cast<std::int64_t>(product.rows_per_sequence) * product.stride +
                             static_cast<std::int64_t>(product.width) * product.dilation;
  expect(product.input.stride <= largest / touched && depth < largest - 64 && reach < (1 << 29),
         "a layer is too large for the CUDA kernels' 32-bit offsets: use --backend cpu");
}

void multiply_tiles(CudaSpace const& space, char const* name, TileProduct product, Activation activation, float alpha) {
  if (product.output.sequences == 0 || product.rows_per_sequence == 0) return;
  require_small_offsets(product);
  product.relu = activation == Activation::relu;
  product.store_fours = stores_fours(product.output);
  std::int64_t const filters = product.output.channels;
  if (filters <= 32) {
    launch_tiles<32, 1>(space, name, product);
  } else if (filters <= 64 || (filters - 1) % 128 < 64) {
    launch_tiles<64, 2>(space, name, product);
  } else {
    launch_tiles<128, 2>(space, name, product);
  }
  // The other activations would not fit into the registers beside the sums.
  if (activation != Activation::linear && activation != Activation::relu) {
    activate(space, product.output, activation, alpha, product.output);
  }
}

}  // namespace shoal::kernels::cuda
