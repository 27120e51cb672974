// SPDX-License-Identifier: MIT
// The loops over tiles, and the element-wise loops, for one instruction set (included after vector_tiles.hpp).
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/cpu/vector/vector_narrow.hpp"
#include "kernels/cpu/vector/vector_walk.hpp"

namespace shoal::kernels {
namespace {

void multiply(MatrixProduct const& product) {
  TileOutput const& output = product.output;
  if (multiply_narrow(product)) {
    activate_tile(output, {0, 0, output.channels}, output.rows);
    return;
  }
  std::int64_t const panel_size = (1 + product.segments * product.segment_length) * panel_width;
  for (std::int64_t channel = 0; channel < output.channels;) {
    std::int64_t const count = smaller(output.channels - channel, 2 * Lanes::width);
    int const vectors = count > Lanes::width ? 2 : 1;
    float const* const panel = product.panels + channel / panel_width * panel_size + channel % panel_width;
    for_balanced_tiles(output.rows, Lanes::max_rows / output.pool, [&](std::int64_t row, std::int64_t rows) {
      Corner const corner = {row, channel, count};
      float const* const input = product.input + row * output.pool * product.row_step;
      (vectors == 2 ? multiply_tile_of<2> : multiply_tile_of<1>)(rows * output.pool)(product, input, panel, corner);
      activate_tile(output, corner, rows);
    });
    channel += count;
  }
}

void look_up(CodeProduct const& product) {
  TileOutput const& output = product.output;
  std::int64_t const panel_size = (1 + 5 * product.width) * code_panel_width;
  for (std::int64_t channel = 0; channel < output.channels;) {
    std::int64_t const count = smaller(output.channels - channel, 4 * Lanes::width);
    int const vectors = static_cast<int>((count + Lanes::width - 1) / Lanes::width);
    auto const tile_of = vectors == 4   ? look_up_tile_of<4>
                         : vectors == 3 ? look_up_tile_of<3>
                         : vectors == 2 ? look_up_tile_of<2>
                                        : look_up_tile_of<1>;
    float const* const panel = product.panels + channel / code_panel_width * panel_size + channel % code_panel_width;
    for_balanced_tiles(output.rows, max_fused_pool / output.pool, [&](std::int64_t row, std::int64_t rows) {
      Corner const corner = {row, channel, count};
      std::uint16_t const* const offsets = product.offsets + row * output.pool * product.row_step;
      tile_of(rows * output.pool)(product, offsets, panel, corner);
      activate_tile(output, corner, rows);
    });
    channel += count;
  }
}

void pool(RowPool const& window) {
  for_vectors(window.channels, [&](std::int64_t channel, int count) {
    float const* from = window.input + channel;
    Vector value = load(from, count);
    for (std::int64_t row = 1; row < window.rows; ++row) {
      from += window.channels;
      Vector const next = load(from, count);
      value = window.kind == PoolKind::max ? larger(value, next) : Lanes::add(value, next);
    }
    if (window.kind == PoolKind::average) {
      value = Lanes::divide(value, Lanes::set(static_cast<float>(window.divisor)));
    }
    store(window.output + channel, value, count);
  });
}

// Applies relu on the way; other activations follow in memory, one row or one run at a time.
Vector with_relu(Activation activation, Vector value) {
  return activation == Activation::relu ? activated<Lanes>(Activation::relu, 0.0F, value) : value;
}

void activate_rest(Activation activation, float alpha, float* values, std::int64_t count) {
  if (activation == Activation::linear || activation == Activation::relu) return;
  activate(values, count, activation, alpha, values);
}

void scale_shift(RowScaling const& rows) {
  for (std::int64_t row = 0; row < rows.rows; ++row) {
    float const* const input = rows.input + row * rows.channels;
    float* const output = rows.output + row * rows.channels;
    for_vectors(rows.channels, [&](std::int64_t i, int count) {
      Vector const scaled =
          Lanes::fma(load(input + i, count), load(rows.scale + i, count), load(rows.shift + i, count));
      store(output + i, with_relu(rows.activation, scaled), count);
    });
    activate_rest(rows.activation, rows.alpha, output, rows.channels);
  }
}

// One operand's values from i on; a single value is repeated.
Vector load_operand(float const* from, bool is_one, std::int64_t i, int count) {
  return is_one ? Lanes::set(*from) : load(from + i, count);
}

void combine(RowCombination const& row) {
  for_vectors(row.count, [&](std::int64_t i, int count) {
    Vector const a = load_operand(row.a, row.a_is_one, i, count);
    Vector const b = load_operand(row.b, row.b_is_one, i, count);
    Vector const both = row.combination == Combination::add ? Lanes::add(a, b) : Lanes::multiply(a, b);
    store(row.output + i, with_relu(row.activation, both), count);
  });
  activate_rest(row.activation, row.alpha, row.output, row.count);
}

// Four rows share each reading of the weights.
template <int rows>
void multiply_channel_rows(ChannelProduct const& product, std::int64_t row, std::int64_t channel, int count) {
  Vector sum[rows];
  for (int r = 0; r < rows; ++r) sum[r] = load(product.weights + channel, count);
  float const* input = product.input + row * product.row_step + channel;
  float const* weights = product.weights + channel;
  for (std::int64_t k = 0; k < product.width; ++k) {
    weights += product.output.channels;
    Vector const weight = load(weights, count);
    for (int r = 0; r < rows; ++r) sum[r] = Lanes::fma(load(input + r * product.row_step, count), weight, sum[r]);
    input += product.tap_step;
  }
  for (int r = 0; r < rows; ++r) {
    store(product.output.data + (row + r) * product.output.row_step + channel, sum[r], count);
  }
}

void multiply_channels(ChannelProduct const& product) {
  TileOutput const& output = product.output;
  for (std::int64_t row = 0; row < output.rows;) {
    std::int64_t const rows = output.rows - row >= 4 ? 4 : 1;
    for_vectors(output.channels, [&](std::int64_t channel, int count) {
      (rows == 4 ? multiply_channel_rows<4> : multiply_channel_rows<1>)(product, row, channel, count);
    });
    if (output.activation != Activation::linear) {
      float* const values = output.data + row * output.row_step;
      activate(values, rows * output.channels, output.activation, output.alpha, values);
    }
    row += rows;
  }
}

}  // namespace
}  // namespace shoal::kernels
