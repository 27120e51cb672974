// SPDX-License-Identifier: MIT
// How a block of a tile product brings its operands to shared memory.
#pragma once

#include <cstdint>

#include "kernels/cuda/tile_product.cuh"

namespace shoal::kernels::cuda {

inline constexpr int tile_depth = 8;   // depth of a tile in shared memory
inline constexpr int tile_rows = 128;  // rows of the product per block

// Where a row of the product is read: the offset of its sequence from the block's first, and its position at k = 0.
struct RowSource {
  std::int32_t offset = 0;
  std::int32_t position = -(1 << 30);  // outside the sequence for every k: rows past the end are zero
};

// The first row of a block, as (sequence, row of that sequence).
struct FirstRow {
  std::int64_t sequence;
  std::int32_t t;

  __device__ FirstRow(TileProduct const& product, std::int64_t row)
      : sequence(row / product.rows_per_sequence),
        t(static_cast<std::int32_t>(row - sequence * product.rows_per_sequence)) {}

  __device__ RowSource source(TileProduct const& product, std::int32_t row) const {
    RowSource source;
    std::int32_t const s = (t + row) / product.rows_per_sequence;
    if (sequence + s < product.input.sequences) {
      source.offset = s * static_cast<std::int32_t>(product.input.stride);
      source.position = (t + row - s * product.rows_per_sequence) * product.stride - product.padding;
    }
    return source;
  }
};

// A tile's operands: the input transposed, so that a thread reads its rows at one depth as fours. Rows are padded so
// that the 8 depths x 4 rows that a warp writes fall on 32 banks.
template <int tile_columns>
struct SharedTile {
  alignas(16) float rows[tile_depth][tile_rows + 4];
  alignas(16) float columns[tile_depth][tile_columns];
};

// What one of `threads` threads copies: `row_count` rows of the input at one depth, and four columns of the weights.
template <int tile_columns, int threads>
class TileLoader {
 public:
  // `sequence` is the data of the block's first sequence, `sources` [tile_rows] in shared memory.
  __device__ TileLoader(TileProduct const& product, float const* sequence, RowSource const* sources,
                        std::int32_t first_column)
      : sequence_(sequence),
        sources_(sources + threadIdx.x / tile_depth),
        weight_column_(first_column + static_cast<std::int32_t>(threadIdx.x) % fours * 4) {
    find_channel(product);
  }

  // Reads the next tile into registers: zeros outside the input's positions and past the last depth, which add nothing.
  __device__ void read(TileProduct const& product) {
    auto const channels = static_cast<std::int32_t>(product.input.channels);
    auto const positions = static_cast<std::uint32_t>(product.input.positions);
#pragma unroll
    for (int i = 0; i < row_count; ++i) {
      RowSource const source = sources_[i * row_step];
      std::int32_t const p = source.position + k_ * product.dilation;
      bool const inside = k_ < product.width && static_cast<std::uint32_t>(p) < positions;
      rows_[i] = inside ? sequence_[source.offset + p * channels + channel_] : 0.0F;
    }
    columns_ = make_float4(0.0F, 0.0F, 0.0F, 0.0F);
    if (copies_weights() && weight_row_ < product.width * channels && weight_column_ < product.packed_columns) {
      float const* const row = product.packed + static_cast<std::int64_t>(1 + weight_row_) * product.packed_columns;
      columns_ = *reinterpret_cast<float4 const*>(row + weight_column_);
    }
    weight_row_ += tile_depth;
    channel_ += tile_depth;
    find_channel(product);
  }

  __device__ void store(SharedTile<tile_columns>& tile) const {
    int const thread = static_cast<int>(threadIdx.x);
#pragma unroll
    for (int i = 0; i < row_count; ++i) tile.rows[thread % tile_depth][thread / tile_depth + i * row_step] = rows_[i];
    if (copies_weights()) *reinterpret_cast<float4*>(&tile.columns[thread / fours][thread % fours * 4]) = columns_;
  }

 private:
  static constexpr int row_count = tile_rows * tile_depth / threads;
  static constexpr int row_step = threads / tile_depth;
  static constexpr int fours = tile_columns / 4;  // in a row of the tile's weights

  __device__ static bool copies_weights() {
    return threadIdx.x < tile_depth * fours;
  }

  // Depth is (k, channel): carries from one to the other.
  __device__ void find_channel(TileProduct const& product) {
    auto const channels = static_cast<std::int32_t>(product.input.channels);
    while (channel_ >= channels) {
      channel_ -= channels;
      ++k_;
    }
  }

  float const* sequence_;
  RowSource const* sources_;
  std::int32_t k_ = 0;
  std::int32_t channel_ = static_cast<std::int32_t>(threadIdx.x) % tile_depth;
  std::int32_t weight_row_ = static_cast<std::int32_t>(threadIdx.x) / fours;
  std::int32_t weight_column_;
  float rows_[row_count];
  float4 columns_;
};

}  // namespace shoal::kernels::cuda
