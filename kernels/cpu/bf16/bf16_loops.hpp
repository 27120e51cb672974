// SPDX-License-Identifier: MIT
// Register tiles of pairs, for the instruction sets whose order is one chain (bf16_kernels.hpp). Included after Lanes
// and Pairs, which knows how a pair is multiplied:
//   Weights, Values           Lanes::width pairs of weights, and one pair of the input for all of them
//   load, set                 from a panel's row; from two neighbouring values of a row
//   multiply_add(sum, x, w)   the two fused multiply-adds
//   max_rows, max_split_rows  accumulator rows of two vectors that fit in registers
//   FlushDenormals            an object during whose life denormals are zeros
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
// Compiled alone after kernels/cpu/bf16/pairs_emulated.hpp
#pragma once

#include "kernels/cpu/bf16/bf16_split.hpp"
#include "kernels/cpu/vector/vector_walk.hpp"

namespace shoal::kernels {
namespace {

template <int rows, int vectors, bool is_split>
[[gnu::always_inline]] inline void add_pairs(Vector (&sum)[rows][vectors], PairProduct const& product,
                                             std::int64_t first, float const* panel) {
  [[maybe_unused]] typename Pairs::FlushDenormals const flush;
  std::int64_t const row_step = product.row_step;
  for (std::int64_t segment = 0; segment < product.segments; ++segment) {
    std::int64_t const start = first + segment * product.segment_step;
    std::uint16_t const* high = product.high + start;
    std::uint16_t const* low = is_split ? product.low + start : nullptr;
    for (std::int64_t i = 0; i < product.segment_length; i += 2) {
      typename Pairs::Weights weight[vectors], weight_low[is_split ? vectors : 1];
      for (int v = 0; v < vectors; ++v) {
        weight[v] = Pairs::load(panel + v * Lanes::width);
        if constexpr (is_split) weight_low[v] = Pairs::load(panel + panel_width + v * Lanes::width);
      }
      for (int row = 0; row < rows; ++row) {
        auto const value = Pairs::set(high + row * row_step);
        for (int v = 0; v < vectors; ++v) sum[row][v] = Pairs::multiply_add(sum[row][v], value, weight[v]);
        if constexpr (is_split) {
          auto const value_low = Pairs::set(low + row * row_step);
          for (int v = 0; v < vectors; ++v) sum[row][v] = Pairs::multiply_add(sum[row][v], value, weight_low[v]);
          for (int v = 0; v < vectors; ++v) sum[row][v] = Pairs::multiply_add(sum[row][v], value_low, weight[v]);
        }
      }
      high += 2;
      if constexpr (is_split) low += 2;
      panel += (is_split ? 2 : 1) * panel_width;
    }
  }
}

template <int rows, int vectors, bool is_split>
void multiply_pairs(PairProduct const& product, std::int64_t first, float const* panel, Corner const& corner) {
  Vector sum[rows][vectors];
  for (int v = 0; v < vectors; ++v) {
    for (int row = 0; row < rows; ++row) sum[row][v] = Lanes::load(panel + v * Lanes::width);
  }
  add_pairs<rows, vectors, is_split>(sum, product, first, panel + panel_width);
  finish(sum, product.output, corner);
}

// The tile of `count` rows, 1 … rows.
template <int rows, int vectors, bool is_split>
void multiply_up_to(std::int64_t count, PairProduct const& product, std::int64_t first, float const* panel,
                    Corner const& corner) {
  if (count == rows) {
    multiply_pairs<rows, vectors, is_split>(product, first, panel, corner);
  } else if constexpr (rows > 1) {
    multiply_up_to<rows - 1, vectors, is_split>(count, product, first, panel, corner);
  }
}

template <bool is_split>
void multiply_panels(PairProduct const& product) {
  constexpr int max_rows = is_split ? Pairs::max_split_rows : Pairs::max_rows;
  TileOutput const& output = product.output;
  std::int64_t const pairs = product.segments * product.segment_length / 2;
  std::int64_t const panel_size = (1 + (is_split ? 2 : 1) * pairs) * panel_width;
  for (std::int64_t channel = 0; channel < output.channels;) {
    std::int64_t const count = smaller(output.channels - channel, 2 * Lanes::width);
    float const* const panel = product.panels + channel / panel_width * panel_size + channel % panel_width;
    for_balanced_tiles(output.rows, max_rows / output.pool, [&](std::int64_t row, std::int64_t rows) {
      Corner const corner = {row, channel, count};
      std::int64_t const first = row * output.pool * product.row_step;
      if (count > Lanes::width) {
        multiply_up_to<max_rows, 2, is_split>(rows * output.pool, product, first, panel, corner);
      } else {
        multiply_up_to<max_rows, 1, is_split>(rows * output.pool, product, first, panel, corner);
      }
      activate_tile(output, corner, rows);
    });
    channel += count;
  }
}

void multiply(PairProduct const& product) {
  if (product.low == nullptr) {
    multiply_panels<false>(product);
  } else {
    multiply_panels<true>(product);
  }
}

}  // namespace
}  // namespace shoal::kernels
