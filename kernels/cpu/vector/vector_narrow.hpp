// SPDX-License-Identifier: MIT
// Products with few columns, where a panel would be mostly empty: lanes are rows of the result, not columns. Included
// by vector_loops.hpp.
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/cpu/vector/vector_tiles.hpp"

namespace shoal::kernels {
namespace {

constexpr std::int64_t most_narrow_channels = 4;
// Both are on the stack: a transposed block of the left matrix, and the weights without the panel's empty columns.
constexpr std::int64_t turned_floats = 1 << 14;
constexpr std::int64_t narrow_weights = 20 << 10;

// The left matrix's rows begin row_step floats apart, so that element `o` of row t is element o % row_step of row t + o
// / row_step: `used` such elements of every row hold all of them, up to `reach` rows further on.
struct NarrowShape {
  std::int64_t used = 0;
  std::int64_t reach = 0;
  std::int64_t rows_a_segment = 0;  // from one segment to the next
};

// used = 0: the product is not suited to this way
NarrowShape narrow_shape(MatrixProduct const& product) {
  TileOutput const& output = product.output;
  std::int64_t const depth = product.segments * product.segment_length;
  bool const is_plain = output.pool == 1 && output.addend == nullptr && output.channels <= most_narrow_channels;
  if (!is_plain || product.row_step <= 0 || output.rows < Lanes::width) return {};
  if (depth * output.channels > narrow_weights) return {};
  std::int64_t const step = product.row_step;
  if (product.segments == 1) {
    std::int64_t const used = product.segment_length < step ? product.segment_length : step;
    return {used, (product.segment_length - 1) / step, 0};
  }
  if (product.segment_step % step != 0 || product.segment_length > step) return {};
  std::int64_t const rows_a_segment = product.segment_step / step;
  return {product.segment_length, (product.segments - 1) * rows_a_segment, rows_a_segment};
}

// Floats from one element to the next: an odd number of cache lines, so that elements do not share cache sets.
std::int64_t turned_step(NarrowShape const& shape, std::int64_t rows) {
  return ((rows + shape.reach + 15) / 16 | 1) * 16;
}

// turned[element * step + t] = that element of row `row` + t, for t < rows + reach; nothing after the matrix is read.
void turn_over(MatrixProduct const& product, NarrowShape const& shape, std::int64_t row, std::int64_t rows,
               std::int64_t step, float* turned) {
  float const* from = product.input + row * product.row_step;
  std::int64_t left =
      (rows - 1) * product.row_step + (product.segments - 1) * product.segment_step + product.segment_length;
  for (std::int64_t t = 0; t < rows + shape.reach && left > 0; ++t) {
    std::int64_t const count = left < shape.used ? left : shape.used;
    for (std::int64_t element = 0; element < count; ++element) turned[element * step + t] = from[element];
    from += product.row_step;
    left -= product.row_step;
  }
}

// Bias plus the product for vectors * Lanes::width rows; results [filters, vectors * Lanes::width].
template <int filters, int vectors>
void multiply_narrow_block(MatrixProduct const& product, NarrowShape const& shape, float const* weights,
                           float const* turned, std::int64_t step, float* results) {
  Vector sum[filters][vectors];
  for (int f = 0; f < filters; ++f) {
    for (int v = 0; v < vectors; ++v) sum[f][v] = Lanes::set(product.panels[f]);
  }
  for (std::int64_t segment = 0; segment < product.segments; ++segment) {
    float const* from = turned + segment * shape.rows_a_segment;
    std::int64_t element = 0;
    for (std::int64_t i = 0; i < product.segment_length; ++i) {
      if (element == shape.used) {  // the next row's first element
        from += 1 - element * step;
        element = 0;
      }
      Vector weight[filters];
      for (int f = 0; f < filters; ++f) weight[f] = Lanes::set(weights[f]);
      for (int v = 0; v < vectors; ++v) {
        Vector const value = Lanes::load(from + v * Lanes::width);
        for (int f = 0; f < filters; ++f) sum[f][v] = Lanes::fma(value, weight[f], sum[f][v]);
      }
      weights += filters;
      from += step;
      ++element;
    }
  }
  bool const is_relu = product.output.activation == Activation::relu;
  for (int f = 0; f < filters; ++f) {
    for (int v = 0; v < vectors; ++v) {
      Vector const value = is_relu ? activated<Lanes>(Activation::relu, 0.0F, sum[f][v]) : sum[f][v];
      Lanes::store(results + (f * vectors + v) * Lanes::width, value);
    }
  }
}

template <int filters, int vectors>
void multiply_narrow_rows(MatrixProduct const& product, NarrowShape const& shape, float const* weights) {
  constexpr std::int64_t block = vectors * Lanes::width;
  TileOutput const& output = product.output;
  std::int64_t const step = turned_step(shape, block);
  alignas(64) float turned[turned_floats];
  alignas(64) float results[filters * block];
  for (std::int64_t i = 0; i < shape.used * step; ++i) turned[i] = 0.0F;  // rows that the last block does not have
  for (std::int64_t row = 0; row < output.rows; row += block) {
    std::int64_t const rows = output.rows - row < block ? output.rows - row : block;
    turn_over(product, shape, row, rows, step, turned);
    multiply_narrow_block<filters, vectors>(product, shape, weights, turned, step, results);
    for (std::int64_t t = 0; t < rows; ++t) {
      for (int f = 0; f < filters; ++f) output.data[(row + t) * output.row_step + f] = results[f * block + t];
    }
  }
}

template <int filters>
bool multiply_narrow_columns(MatrixProduct const& product, NarrowShape const& shape) {
  constexpr int fits = 2 * Lanes::max_rows / filters;
  constexpr int most = fits >= 8 ? 8 : fits >= 4 ? 4 : 2;
  std::int64_t const depth = product.segments * product.segment_length;
  bool const is_short = product.output.rows <= 2 * Lanes::width;
  std::int64_t const block = (is_short ? 2 : most) * Lanes::width;
  if (shape.used * turned_step(shape, block) > turned_floats) return false;
  alignas(64) float weights[narrow_weights];
  for (std::int64_t i = 0; i < depth; ++i) {
    for (int f = 0; f < filters; ++f) weights[i * filters + f] = product.panels[(1 + i) * panel_width + f];
  }
  (is_short ? multiply_narrow_rows<filters, 2> : multiply_narrow_rows<filters, most>)(product, shape, weights);
  return true;
}

// Returns false, and does nothing, for products that are better multiplied by panels.
bool multiply_narrow(MatrixProduct const& product) {
  NarrowShape const shape = narrow_shape(product);
  if (shape.used == 0) return false;
  switch (product.output.channels) {
    case 1:
      return multiply_narrow_columns<1>(product, shape);
    case 2:
      return multiply_narrow_columns<2>(product, shape);
    case 3:
      return multiply_narrow_columns<3>(product, shape);
    default:
      return multiply_narrow_columns<4>(product, shape);
  }
}

}  // namespace
}  // namespace shoal::kernels
