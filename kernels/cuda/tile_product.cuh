// SPDX-License-Identifier: MIT
// The matrix product of convolutions and dense layers: a row is one output position of one sequence, read from the
// input where it lies (no im2col), and a column is one filter.
#pragma once

#include <cstdint>

#include "kernels/cuda/columns.cuh"
#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels::cuda {

// Element (m, f) = bias[f] + sum over k, c of input[s, t * stride + k * dilation - padding, c] * weights[k, c, f] with
// m = s * rows_per_sequence + t: one chain of fused multiply-adds that starts from the bias and goes through k, then c,
// so that no choice of tile changes it and it has the CPU's bits. Of every `pool` rows the largest is stored.
struct TileProduct {
  ConstValues input;
  MutableValues output;
  float const* packed = nullptr;    // [1 + width * input.channels, packed_columns]: the bias, then the weights
  std::int32_t packed_columns = 0;  // a multiple of 4
  std::int32_t width = 1;
  std::int32_t stride = 1;
  std::int32_t dilation = 1;
  std::int32_t padding = 0;
  std::int32_t pool = 1;               // 1, 2 or 4
  std::int32_t rows_per_sequence = 0;  // output.positions * pool
  bool relu = false;                   // set by multiply_tiles, like the next
  bool store_fours = false;            // stores_fours(output)
};

// Computes `product` and its activation. `name` is for messages. Errors: cuda; internal, for shapes past 32-bit
// offsets.
void multiply_tiles(CudaSpace const& space, char const* name, TileProduct product, Activation activation, float alpha);

// Offsets inside the sequences that one block touches are 32-bit. Errors: internal, for shapes past that.
void require_small_offsets(TileProduct const& product);

}  // namespace shoal::kernels::cuda
