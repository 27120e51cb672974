// SPDX-License-Identifier: MIT
// What happens to a register tile after its sums are complete: pooling, relu, and the way to memory. Included before
// vector_tiles.hpp.
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/common/activation.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {
namespace {

using Vector = Lanes::Vector;

// Where a tile's results go: from this output row and channel on, `count` channels.
struct Corner {
  std::int64_t row;
  std::int64_t channel;
  std::int64_t count;
};

[[gnu::always_inline]] inline Vector larger(Vector a, Vector b) {
  return Lanes::select(Lanes::less(a, b), b, a);
}

// sum[r] = the largest of sum[r * pool] … sum[r * pool + pool - 1]. Everything stays in registers.
template <int pool, int rows, int vectors>
[[gnu::always_inline]] inline void pool_rows(Vector (&sum)[rows][vectors]) {
  if constexpr (rows % pool == 0) {
    for (int row = 0; row < rows / pool; ++row) {
      for (int v = 0; v < vectors; ++v) {
        sum[row][v] = sum[row * pool][v];
        for (int p = 1; p < pool; ++p) sum[row][v] = larger(sum[row][v], sum[row * pool + p][v]);
      }
    }
  }
}

// Stores the first stored_rows rows of `sum`.
template <int stored_rows, int rows, int vectors>
[[gnu::always_inline]] inline void store_rows(Vector const (&sum)[rows][vectors], TileOutput const& output,
                                              Corner const& corner) {
  float* to = output.data + corner.row * output.row_step + corner.channel;
  auto const left = static_cast<int>(corner.count) - (vectors - 1) * Lanes::width;
  for (int row = 0; row < stored_rows; ++row) {
    for (int v = 0; v < vectors - 1; ++v) Lanes::store(to + v * Lanes::width, sum[row][v]);
    if (left == Lanes::width) {
      Lanes::store(to + (vectors - 1) * Lanes::width, sum[row][vectors - 1]);
    } else {
      Lanes::store_first(to + (vectors - 1) * Lanes::width, sum[row][vectors - 1], left);
    }
    to += output.row_step;
  }
}

// Adds the rows of `addend` to the tile that will be stored in their place.
template <int rows, int vectors>
[[gnu::always_inline]] inline void add_rows(Vector (&sum)[rows][vectors], TileOutput const& output,
                                            Corner const& corner) {
  float const* from = output.addend + corner.row * output.row_step + corner.channel;
  auto const left = static_cast<int>(corner.count) - (vectors - 1) * Lanes::width;
  for (int row = 0; row < rows; ++row) {
    for (int v = 0; v < vectors - 1; ++v) sum[row][v] = Lanes::add(sum[row][v], Lanes::load(from + v * Lanes::width));
    float const* const last = from + (vectors - 1) * Lanes::width;
    Vector const values = left == Lanes::width ? Lanes::load(last) : Lanes::load_first(last, left);
    sum[row][vectors - 1] = Lanes::add(sum[row][vectors - 1], values);
    from += output.row_step;
  }
}

// Pools `sum`, applies relu (other activations follow in memory, see activate_tile) and stores it.
template <int rows, int vectors>
[[gnu::always_inline]] inline void finish(Vector (&sum)[rows][vectors], TileOutput const& output,
                                          Corner const& corner) {
  static_assert(max_fused_pool == 4);
  if (output.pool == 2) pool_rows<2>(sum);
  if (output.pool == 3) pool_rows<3>(sum);
  if (output.pool == 4) pool_rows<4>(sum);
  bool const adds = output.addend != nullptr;
  if (adds && output.adds_first) add_rows(sum, output, corner);
  if (output.activation == Activation::relu) {
    for (int row = 0; row < rows; ++row) {
      for (int v = 0; v < vectors; ++v) sum[row][v] = activated<Lanes>(Activation::relu, 0.0F, sum[row][v]);
    }
  }
  if (adds && !output.adds_first) add_rows(sum, output, corner);
  if (output.pool == 1) store_rows<rows>(sum, output, corner);
  if (output.pool == 2) store_rows<rows / 2>(sum, output, corner);
  if (output.pool == 3) store_rows<rows / 3>(sum, output, corner);
  if (output.pool == 4) store_rows<rows / 4>(sum, output, corner);
}

}  // namespace
}  // namespace shoal::kernels
