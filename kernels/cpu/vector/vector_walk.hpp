// SPDX-License-Identifier: MIT
// Walking rows in tiles and floats in vectors, and the activations of a stored tile, for one instruction set (included
// after its Lanes).
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/cpu/vector/vector_finish.hpp"

namespace shoal::kernels {
namespace {

std::int64_t smaller(std::int64_t a, std::int64_t b) {
  return a < b ? a : b;
}

// Calls body(first row, rows) for tiles of nearly equal size, of at most `limit` rows.
template <class Body>
void for_balanced_tiles(std::int64_t rows, std::int64_t limit, Body const& body) {
  std::int64_t const tiles = (rows + limit - 1) / limit;
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    std::int64_t const begin = tile * rows / tiles;
    body(begin, (tile + 1) * rows / tiles - begin);
  }
}

// Calls body(first, number) for every vector of `count` floats; the last one may be partial.
template <class Body>
void for_vectors(std::int64_t count, Body const& body) {
  for (std::int64_t i = 0; i < count; i += Lanes::width) {
    body(i, static_cast<int>(smaller(count - i, Lanes::width)));
  }
}

Vector load(float const* from, int count) {
  return count == Lanes::width ? Lanes::load(from) : Lanes::load_first(from, count);
}

void store(float* to, Vector value, int count) {
  if (count == Lanes::width) {
    Lanes::store(to, value);
  } else {
    Lanes::store_first(to, value, count);
  }
}

void activate(float const* input, std::int64_t size, Activation activation, float alpha, float* output) {
  for_vectors(size, [&](std::int64_t i, int count) {
    store(output + i, activated<Lanes>(activation, alpha, load(input + i, count)), count);
  });
}

// Activations with more arithmetic than relu, on a tile that was just stored: there are too few registers to inline
// them there.
void activate_tile(TileOutput const& output, Corner const& corner, std::int64_t rows) {
  if (output.activation == Activation::linear || output.activation == Activation::relu) return;
  for (std::int64_t row = corner.row; row < corner.row + rows; ++row) {
    float* const values = output.data + row * output.row_step + corner.channel;
    activate(values, corner.count, output.activation, output.alpha, values);
  }
}

}  // namespace
}  // namespace shoal::kernels
