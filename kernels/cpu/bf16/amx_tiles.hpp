// SPDX-License-Identifier: MIT
// A product of bfloat16 operands in tiles of 16 rows by 32 values (included after Lanes). `Tiles` names the
// eight tile registers and their instructions as static functions, so that a test can replace them by plain loops:
//   Use                          an object during whose life the registers are 16 rows of 64 bytes
//   load<t>(p, bytes)            rows `bytes` apart; 0: the same row sixteen times
//   store<t>(p, bytes)
//   add_product<sum, a, b>()     tdpbf16ps
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/cpu/bf16/bf16_kernels.hpp"
#include "kernels/cpu/vector/vector_walk.hpp"

namespace shoal::kernels {
namespace {

constexpr std::int64_t tile_rows = 16;
constexpr std::int64_t tile_columns = 16;
constexpr std::int64_t tile_depth = 32;
constexpr std::int64_t block_rows = 2 * tile_rows;

// One block of 32 rows by 32 filters, or the first halves of either. Registers 0 … 3 hold its sums, 4 and 5
// rows of the input, 6 and 7 weights.
template <class Tiles>
class TileBlock {
 public:
  TileBlock(PairProduct const& product, float const* panel, bool two_rows, bool two_columns)
      : product_(product),
        panel_(panel),
        input_bytes_(product.row_step * std::int64_t{sizeof(std::uint16_t)}),
        weight_bytes_((product.low == nullptr ? 1 : 2) * panel_width * std::int64_t{sizeof(float)}),
        two_rows_(two_rows),
        two_columns_(two_columns) {}

  // sums [block_rows, panel_width] of rows first / row_step …
  void run(std::int64_t first, float* sums) const {
    load_pair<0, 1>(panel_, panel_ + tile_columns, 0, two_columns_);
    if (two_rows_) load_pair<2, 3>(panel_, panel_ + tile_columns, 0, two_columns_);
    float const* weights = panel_ + panel_width;
    for (std::int64_t segment = 0; segment < product_.segments; ++segment) {
      std::int64_t const start = first + segment * product_.segment_step;
      for (std::int64_t i = 0; i < product_.segment_length; i += tile_depth) {
        load_rows(product_.high + start + i);
        load_weights(weights);
        add_products();
        if (product_.low != nullptr) {
          load_weights(weights + panel_width);
          add_products();
          load_rows(product_.low + start + i);
          load_weights(weights);
          add_products();
        }
        weights += tile_depth / 2 * weight_bytes_ / std::int64_t{sizeof(float)};
      }
    }
    constexpr std::int64_t bytes = panel_width * std::int64_t{sizeof(float)};
    Tiles::template store<0>(sums, bytes);
    if (two_columns_) Tiles::template store<1>(sums + tile_columns, bytes);
    if (two_rows_) Tiles::template store<2>(sums + tile_rows * panel_width, bytes);
    if (two_rows_ && two_columns_) Tiles::template store<3>(sums + tile_rows * panel_width + tile_columns, bytes);
  }

 private:
  template <int first, int second>
  static void load_pair(void const* one, void const* other, std::int64_t bytes, bool both) {
    Tiles::template load<first>(one, bytes);
    if (both) Tiles::template load<second>(other, bytes);
  }
  void load_rows(std::uint16_t const* values) const {
    load_pair<4, 5>(values, values + tile_rows * product_.row_step, input_bytes_, two_rows_);
  }
  void load_weights(float const* weights) const {
    load_pair<6, 7>(weights, weights + tile_columns, weight_bytes_, two_columns_);
  }
  void add_products() const {
    Tiles::template add_product<0, 4, 6>();
    if (two_columns_) Tiles::template add_product<1, 4, 7>();
    if (two_rows_) Tiles::template add_product<2, 5, 6>();
    if (two_rows_ && two_columns_) Tiles::template add_product<3, 5, 7>();
  }

  PairProduct const& product_;
  float const* const panel_;
  std::int64_t const input_bytes_, weight_bytes_;
  bool const two_rows_, two_columns_;
};

// Pools, activates and stores `rows` output rows of a block's sums.
template <int pool>
void finish_block(float const* sums, TileOutput const& output, Corner const& corner, std::int64_t rows) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t c = 0; c < corner.count; c += Lanes::width) {
      Vector sum[pool][1];
      for (int p = 0; p < pool; ++p) sum[p][0] = Lanes::load(sums + (row * pool + p) * panel_width + c);
      finish(sum, output, {corner.row + row, corner.channel + c, smaller(corner.count - c, Lanes::width)});
    }
  }
  activate_tile(output, corner, rows);
}

template <class Tiles>
void multiply_in_tiles(PairProduct const& product) {
  TileOutput const& output = product.output;
  std::int64_t const rows_a_pair = product.low == nullptr ? 1 : 2;
  std::int64_t const panel_size = (1 + rows_a_pair * product.segments * product.segment_length / 2) * panel_width;
  std::int64_t const rows_at_once = block_rows / output.pool;
  alignas(64) float sums[block_rows * panel_width];
  typename Tiles::Use const use;
  for (std::int64_t channel = 0; channel < output.channels; channel += panel_width) {
    std::int64_t const count = smaller(output.channels - channel, panel_width);
    float const* const panel = product.panels + channel / panel_width * panel_size;
    for (std::int64_t row = 0; row < output.rows; row += rows_at_once) {
      std::int64_t const rows = smaller(output.rows - row, rows_at_once);
      TileBlock<Tiles> const block(product, panel, rows * output.pool > tile_rows, count > tile_columns);
      block.run(row * output.pool * product.row_step, sums);
      Corner const corner = {row, channel, count};
      if (output.pool == 1) finish_block<1>(sums, output, corner, rows);
      if (output.pool == 2) finish_block<2>(sums, output, corner, rows);
      if (output.pool == 3) finish_block<3>(sums, output, corner, rows);
      if (output.pool == 4) finish_block<4>(sums, output, corner, rows);
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
