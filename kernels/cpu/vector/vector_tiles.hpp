// SPDX-License-Identifier: MIT
// Register tiles: a few rows times one or more vectors of channels. Included by the vector_*.cpp files after their
// Lanes; see lanes_avx512.hpp for why everything has internal linkage and nothing of the standard library is used.
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/cpu/vector/vector_finish.hpp"

namespace shoal::kernels {
namespace {

// Bias plus the product of `rows` rows with `vectors` vectors of panel columns.
template <int rows, int vectors>
void multiply_tile(MatrixProduct const& product, float const* input, float const* panel, Corner const& corner) {
  Vector sum[rows][vectors];
  for (int v = 0; v < vectors; ++v) {
    for (int row = 0; row < rows; ++row) sum[row][v] = Lanes::load(panel + v * Lanes::width);
  }
  panel += panel_width;
  std::int64_t const row_step = product.row_step;
  for (std::int64_t segment = 0; segment < product.segments; ++segment) {
    float const* from = input + segment * product.segment_step;
    for (std::int64_t i = 0; i < product.segment_length; ++i) {
      Vector weight[vectors];
      for (int v = 0; v < vectors; ++v) weight[v] = Lanes::load(panel + v * Lanes::width);
      for (int row = 0; row < rows; ++row) {
        Vector const value = Lanes::set(from[row * row_step]);
        for (int v = 0; v < vectors; ++v) sum[row][v] = Lanes::fma(value, weight[v], sum[row][v]);
      }
      ++from;
      panel += panel_width;
    }
  }
  finish(sum, product.output, corner);
}

// Bias plus the rows of the tables that the codes choose.
template <int rows, int vectors>
void look_up_tile(CodeProduct const& product, std::uint16_t const* offsets, float const* panel, Corner const& corner) {
  Vector sum[rows][vectors];
  for (int v = 0; v < vectors; ++v) {
    for (int row = 0; row < rows; ++row) sum[row][v] = Lanes::load(panel + v * Lanes::width);
  }
  panel += code_panel_width;
  for (std::int64_t k = 0; k < product.width; ++k) {
    for (int row = 0; row < rows; ++row) {
      float const* const from = panel + offsets[row * product.row_step];
      for (int v = 0; v < vectors; ++v) sum[row][v] = Lanes::add(sum[row][v], Lanes::load(from + v * Lanes::width));
    }
    offsets += product.dilation;
    panel += 5 * code_panel_width;
  }
  finish(sum, product.output, corner);
}

using MultiplyTile = void (*)(MatrixProduct const&, float const*, float const*, Corner const&);
using LookUpTile = void (*)(CodeProduct const&, std::uint16_t const*, float const*, Corner const&);

// Index row count - 1; Lanes::max_rows is at most 14.
template <int vectors>
MultiplyTile multiply_tile_of(std::int64_t rows) {
  static constexpr MultiplyTile tiles[] = {
    multiply_tile<1, vectors>,
    multiply_tile<2, vectors>,
    multiply_tile<3, vectors>,
    multiply_tile<4, vectors>,
#if defined(__AVX2__)
    multiply_tile<5, vectors>,
    multiply_tile<6, vectors>,
#endif
#if defined(__AVX512F__)
    multiply_tile<7, vectors>,
    multiply_tile<8, vectors>,
    multiply_tile<9, vectors>,
    multiply_tile<10, vectors>,
    multiply_tile<11, vectors>,
    multiply_tile<12, vectors>,
    multiply_tile<13, vectors>,
    multiply_tile<14, vectors>,
#endif
  };
  static_assert(sizeof tiles / sizeof tiles[0] == Lanes::max_rows);
  return tiles[rows - 1];
}

template <int vectors>
LookUpTile look_up_tile_of(std::int64_t rows) {
  static constexpr LookUpTile tiles[] = {look_up_tile<1, vectors>, look_up_tile<2, vectors>, look_up_tile<3, vectors>,
                                         look_up_tile<4, vectors>};
  static_assert(sizeof tiles / sizeof tiles[0] == max_fused_pool);
  return tiles[rows - 1];
}

}  // namespace
}  // namespace shoal::kernels
