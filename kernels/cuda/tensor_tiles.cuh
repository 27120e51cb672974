// SPDX-License-Identifier: MIT
// How a block of a tensor-core product brings its operands to shared memory, and the operands' formats.
#pragma once

#include <cuda_bf16.h>
#include <mma.h>

#include <cstdint>

#include "kernels/common/bfloat16.hpp"
#include "kernels/common/tf32.hpp"
#include "kernels/cuda/tile_loader.cuh"

namespace shoal::kernels::cuda {

inline constexpr int tensor_columns = 64;  // columns of the product per block; it has tile_rows rows
inline constexpr int tensor_depth = 32;    // depth of a tile in shared memory
inline constexpr int tensor_threads = 256;

// An operand as one bfloat16, or as two.
template <bool is_split_>
struct Bfloat16Operands {
  using Stored = __nv_bfloat16;
  using Element = __nv_bfloat16;
  static constexpr bool is_split = is_split_;
  static constexpr int step = 16;    // depth of one tensor-core product
  static constexpr int padding = 8;  // added to shared rows against bank conflicts; rows stay 16-byte aligned

  __device__ static Stored stored(std::uint16_t bits) { return __ushort_as_bfloat16(bits); }
  __device__ static void split(float x, Stored& high, Stored& low) {
    SplitFloat const both = split_float(x);
    high = stored(both.high);
    low = stored(both.low);
  }
  __device__ static Stored round(float x) { return stored(to_bfloat16(x)); }
};

struct Tf32Operands {
  using Stored = float;
  using Element = nvcuda::wmma::precision::tf32;
  static constexpr bool is_split = false;
  static constexpr int step = 8;
  static constexpr int padding = 4;

  __device__ static void split(float x, Stored& high, Stored& low) {
    high = to_tf32(x);
    low = 0.0F;
  }
  __device__ static Stored round(float x) { return to_tf32(x); }
};

// One part, high or low, of a tile's operands.
template <class Operands>
struct TensorPart {
  static constexpr int row_size = tensor_depth + Operands::padding;
  static constexpr int column_size = tensor_columns + Operands::padding;
  alignas(32) typename Operands::Stored rows[tile_rows * row_size];
  alignas(32) typename Operands::Stored columns[tensor_depth * column_size];
};

template <class Operands>
struct TensorTile {
  TensorPart<Operands> parts[Operands::is_split ? 2 : 1];
};

// What one thread copies: sixteen rows of the input at one depth, and two fours of the weights.
class TensorLoader {
 public:
  __device__ TensorLoader(TileProduct const& product, float const* sequence, RowSource const* sources,
                          std::int32_t first_column)
      : sequence_(sequence), sources_(sources + threadIdx.x / tensor_depth), first_column_(first_column) {
    find_channel(product);
  }

  // Reads the next tile into registers: zeros outside the input's positions and past the last depth.
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
    channel_ += tensor_depth;
    find_channel(product);
    std::int32_t const depth = product.width * channels;
    std::int32_t const f = first_column_ + column();
#pragma unroll
    for (int i = 0; i < weight_rows; ++i) {
      std::int32_t const d = depth_ + weight_row(i);
      columns_[i] = make_float4(0.0F, 0.0F, 0.0F, 0.0F);
      if (d >= depth || f >= product.packed_columns) continue;
      float const* const row = product.packed + static_cast<std::int64_t>(1 + d) * product.packed_columns;
      columns_[i] = *reinterpret_cast<float4 const*>(row + f);
    }
    depth_ += tensor_depth;
  }

  template <class Operands>
  __device__ void store(TensorTile<Operands>& tile) const {
    using Part = TensorPart<Operands>;
    int const thread = static_cast<int>(threadIdx.x);
#pragma unroll
    for (int i = 0; i < row_count; ++i) {
      int const at = (thread / tensor_depth + i * row_step) * Part::row_size + thread % tensor_depth;
      put(rows_[i], tile, &Part::rows, at);
    }
#pragma unroll
    for (int i = 0; i < weight_rows; ++i) {
      int const at = weight_row(i) * Part::column_size + column();
      put(columns_[i].x, tile, &Part::columns, at);
      put(columns_[i].y, tile, &Part::columns, at + 1);
      put(columns_[i].z, tile, &Part::columns, at + 2);
      put(columns_[i].w, tile, &Part::columns, at + 3);
    }
  }

 private:
  static constexpr int row_step = tensor_threads / tensor_depth;
  static constexpr int row_count = tile_rows / row_step;
  static constexpr int fours = tensor_columns / 4;  // in a row of the tile's weights
  static constexpr int weight_rows = tensor_depth * fours / tensor_threads;

  __device__ static int column() {
    return static_cast<int>(threadIdx.x) % fours * 4;
  }
  __device__ static int weight_row(int i) {
    return static_cast<int>(threadIdx.x) / fours + i * (tensor_threads / fours);
  }

  template <class Operands, class Member>
  __device__ static void put(float x, TensorTile<Operands>& tile, Member member, int at) {
    if constexpr (Operands::is_split) {
      Operands::split(x, (tile.parts[0].*member)[at], (tile.parts[1].*member)[at]);
    } else {
      (tile.parts[0].*member)[at] = Operands::round(x);
    }
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
  std::int32_t first_column_;
  std::int32_t depth_ = 0;
  std::int32_t k_ = 0;
  std::int32_t channel_ = static_cast<std::int32_t>(threadIdx.x) % tensor_depth;
  float rows_[row_count];
  float4 columns_[weight_rows];
};

}  // namespace shoal::kernels::cuda
