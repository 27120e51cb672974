// SPDX-License-Identifier: MIT
#include "kernels/cuda/tensor_product.cuh"

#include <algorithm>

#include "kernels/common/maximum.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/tensor_tiles.cuh"
#include "kernels/forward/activation.hpp"

namespace shoal::kernels::cuda {

namespace {

namespace wmma = nvcuda::wmma;

constexpr int fragment_size = 16;  // rows and columns of one tensor-core product
constexpr int warp_fragments = 2;  // products per warp, in rows and in columns
constexpr int warp_size = warp_fragments * fragment_size;
constexpr int sum_row = tensor_columns + 4;

// The 32 x 32 elements of one warp.
template <class Operands>
class WarpTile {
 public:
  __device__ WarpTile() {
#pragma unroll
    for (int i = 0; i < warp_fragments; ++i) {
#pragma unroll
      for (int j = 0; j < warp_fragments; ++j) wmma::fill_fragment(sums_[i][j], 0.0F);
    }
  }

  __device__ void add(TensorTile<Operands> const& tile) {
#pragma unroll
    for (int depth = 0; depth < tensor_depth; depth += Operands::step) {
      Rows rows[warp_fragments];
      Columns columns[warp_fragments];
      load(tile.parts[0], depth, rows);
      load(tile.parts[0], depth, columns);
      multiply(rows, columns);
      if constexpr (Operands::is_split) {
        Columns low_columns[warp_fragments];
        load(tile.parts[1], depth, low_columns);
        multiply(rows, low_columns);
        load(tile.parts[1], depth, rows);
        multiply(rows, columns);
      }
    }
  }

  // To [tile_rows, sum_row] of shared memory.
  __device__ void store(float* sums) const {
#pragma unroll
    for (int i = 0; i < warp_fragments; ++i) {
#pragma unroll
      for (int j = 0; j < warp_fragments; ++j) {
        float* const to = sums + (row_ + i * fragment_size) * sum_row + column_ + j * fragment_size;
        wmma::store_matrix_sync(to, sums_[i][j], sum_row, wmma::mem_row_major);
      }
    }
  }

 private:
  static constexpr int size = fragment_size, step = Operands::step;
  using Rows = wmma::fragment<wmma::matrix_a, size, size, step, typename Operands::Element, wmma::row_major>;
  using Columns = wmma::fragment<wmma::matrix_b, size, size, step, typename Operands::Element, wmma::row_major>;
  using Part = TensorPart<Operands>;

  __device__ void load(Part const& part, int depth, Rows (&rows)[warp_fragments]) const {
#pragma unroll
    for (int i = 0; i < warp_fragments; ++i) {
      wmma::load_matrix_sync(rows[i], part.rows + (row_ + i * size) * Part::row_size + depth, Part::row_size);
    }
  }
  __device__ void load(Part const& part, int depth, Columns (&columns)[warp_fragments]) const {
#pragma unroll
    for (int j = 0; j < warp_fragments; ++j) {
      wmma::load_matrix_sync(columns[j], part.columns + depth * Part::column_size + column_ + j * size,
                             Part::column_size);
    }
  }
  __device__ void multiply(Rows const (&rows)[warp_fragments], Columns const (&columns)[warp_fragments]) {
#pragma unroll
    for (int i = 0; i < warp_fragments; ++i) {
#pragma unroll
      for (int j = 0; j < warp_fragments; ++j) wmma::mma_sync(sums_[i][j], rows[i], columns[j], sums_[i][j]);
    }
  }

  static constexpr int warps_across = tensor_columns / warp_size;
  int row_ = static_cast<int>(threadIdx.x) / 32 / warps_across * warp_size;
  int column_ = static_cast<int>(threadIdx.x) / 32 % warps_across * warp_size;
  wmma::fragment<wmma::accumulator, size, size, step, float> sums_[warp_fragments][warp_fragments];
};

// Bias, pooling, relu and the way to memory; a thread takes four columns of every pool rows at a time.
__device__ void finish(TileProduct const& product, FirstRow const& first, std::int32_t first_column,
                       float const* sums) {
  constexpr int fours = tensor_columns / 4;
  auto const filters = static_cast<std::int32_t>(product.output.channels);
  std::int32_t const items = tile_rows / product.pool * fours;
  for (auto item = static_cast<std::int32_t>(threadIdx.x); item < items; item += tensor_threads) {
    std::int32_t const row = item / fours * product.pool, column = item % fours * 4;
    std::int32_t const f = first_column + column;
    std::int32_t const s = (first.t + row) / product.rows_per_sequence;
    std::int32_t const t = first.t + row - s * product.rows_per_sequence;
    if (f >= product.packed_columns || first.sequence + s >= product.output.sequences) continue;
    alignas(16) float four[4];
    for (int j = 0; j < 4; ++j) {
      float const bias = product.packed[f + j];
      four[j] = sums[row * sum_row + column + j] + bias;
      for (int p = 1; p < product.pool; ++p) four[j] = larger(four[j], sums[(row + p) * sum_row + column + j] + bias);
      four[j] = product.relu && four[j] < 0.0F ? 0.0F : four[j];
    }
    float* const to = product.output.data + (first.sequence + s) * product.output.stride +
                      static_cast<std::int64_t>(t / product.pool) * filters;
    store_columns(four, f, filters, product.store_fours, to);
  }
}

// One block computes tile_rows x tensor_columns elements; while it works on one tile it reads the next into registers.
template <class Operands>
__global__ void __launch_bounds__(tensor_threads) tensor_product(TileProduct product, std::int32_t column_tiles) {
  constexpr std::size_t sum_bytes = tile_rows * sum_row * sizeof(float);
  constexpr std::size_t tile_bytes = sizeof(TensorTile<Operands>);
  // The operands' place becomes the sums' once they are complete.
  alignas(32) __shared__ unsigned char memory[tile_bytes > sum_bytes ? tile_bytes : sum_bytes];
  __shared__ RowSource sources[tile_rows];
  auto& tile = *reinterpret_cast<TensorTile<Operands>*>(memory);
  auto* const sums = reinterpret_cast<float*>(memory);
  FirstRow const first(product, blockIdx.x / static_cast<unsigned>(column_tiles) * std::int64_t{tile_rows});
  auto const first_column =
      static_cast<std::int32_t>(blockIdx.x % static_cast<unsigned>(column_tiles)) * tensor_columns;
  auto const depth = product.width * static_cast<std::int32_t>(product.input.channels);

  auto const thread = static_cast<std::int32_t>(threadIdx.x);
  if (thread < tile_rows) sources[thread] = first.source(product, thread);
  __syncthreads();
  TensorLoader loader(product, product.input.data + first.sequence * product.input.stride, sources, first_column);
  WarpTile<Operands> warp;
  loader.read(product);
  for (std::int32_t done = 0; done < depth; done += tensor_depth) {
    loader.store(tile);
    __syncthreads();
    if (done + tensor_depth < depth) loader.read(product);
    warp.add(tile);
    __syncthreads();
  }
  warp.store(sums);
  __syncthreads();
  finish(product, first, first_column, sums);
}

template <class Operands>
void launch_tensor_tiles(CudaSpace const& space, char const* name, TileProduct const& product) {
  std::int64_t const rows = product.output.sequences * product.rows_per_sequence;
  std::int64_t const column_tiles = (product.output.channels + tensor_columns - 1) / tensor_columns;
  LaunchShape shape;
  shape.grid = dim3(all_blocks_for((rows + tile_rows - 1) / tile_rows * column_tiles, 1, name));
  shape.block = dim3(tensor_threads);
  launch(space, name, shape, tensor_product<Operands>, product, static_cast<std::int32_t>(column_tiles));
}

}  // namespace

void multiply_tensor_tiles(CudaSpace const& space, char const* name, TileProduct product, Precision precision,
                           Activation activation, float alpha) {
  if (product.output.sequences == 0 || product.rows_per_sequence == 0) return;
  require_small_offsets(product);
  product.relu = activation == Activation::relu;
  product.store_fours = stores_fours(product.output);
  if (precision == Precision::tf32) {
    launch_tensor_tiles<Tf32Operands>(space, name, product);
  } else if (precision == Precision::bf16x3) {
    launch_tensor_tiles<Bfloat16Operands<true>>(space, name, product);
  } else {
    launch_tensor_tiles<Bfloat16Operands<false>>(space, name, product);
  }
  if (activation != Activation::linear && activation != Activation::relu) {
    activate(space, product.output, activation, alpha, product.output);
  }
}

}  // namespace shoal::kernels::cuda
