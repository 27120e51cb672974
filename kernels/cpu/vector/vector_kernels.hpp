// SPDX-License-Identifier: MIT
// The inner loops of the forward pass on one thread, compiled once for every instruction set and chosen at run time.
// All sets give the same bits: an element is one chain of operations whose order no tile and no vector width changes.
#pragma once

#include <cstdint>

#include "kernels/instruction_set.hpp"
#include "kernels/layers.hpp"

namespace shoal::kernels {

// Packed weights are panels of this many output channels; the last panel is filled up with zeros.
inline constexpr std::int64_t panel_width = 32;
// Codes are looked up in tables of five rows (A, C, G, T, N) per filter position, in panels of this many channels.
inline constexpr std::int64_t code_panel_width = 64;
inline constexpr int max_fused_pool = 4;

// Where results go, and what is done to them first.
struct TileOutput {
  float* data = nullptr;  // [rows, channels], rows `row_step` floats apart
  std::int64_t rows = 0;  // after pooling
  std::int64_t channels = 0;
  std::int64_t row_step = 0;
  std::int64_t pool = 1;  // 1 … max_fused_pool neighbouring rows become one
  Activation activation = Activation::linear;
  float alpha = 1.0F;
  // Laid out as `data`; added before or after the activation, which is linear or relu then, without a pool.
  float const* addend = nullptr;
  bool adds_first = false;
};

// Row t of the left matrix is `segments` runs of segment_length floats: run g begins at
// input + t * row_step + g * segment_step. A panel is [1 + segments * segment_length, panel_width], the bias first.
struct MatrixProduct {
  float const* input = nullptr;
  std::int64_t row_step = 0;
  std::int64_t segments = 1;
  std::int64_t segment_length = 0;
  std::int64_t segment_step = 0;
  float const* panels = nullptr;
  TileOutput output;
};

// Row t is the bias plus rows offsets[t * row_step + k * dilation] of table k, k = 0 … width - 1. A panel is
// [1 + width * 5, code_panel_width]; offsets are in floats, code * code_panel_width.
struct CodeProduct {
  std::uint16_t const* offsets = nullptr;
  std::int64_t row_step = 1;
  std::int64_t dilation = 1;
  std::int64_t width = 0;
  float const* panels = nullptr;
  TileOutput output;
};

// Windows of `rows` rows of `channels` contiguous floats; an average is their sum by `divisor`.
struct RowPool {
  PoolKind kind = PoolKind::max;
  float const* input = nullptr;
  std::int64_t rows = 0;
  std::int64_t divisor = 1;
  std::int64_t channels = 0;
  float* output = nullptr;
};

// output[t, c] = activation(fma(input[t, c], scale[c], shift[c])) for [rows, channels] contiguous floats.
struct RowScaling {
  float const* input = nullptr;
  std::int64_t rows = 0;
  std::int64_t channels = 0;
  float const* scale = nullptr;
  float const* shift = nullptr;
  Activation activation = Activation::linear;
  float alpha = 1.0F;
  float* output = nullptr;
};

// output[i] = activation(a[i] combined with b[i]), i < count; an operand that is one float counts for all i.
struct RowCombination {
  Combination combination = Combination::add;
  float const* a = nullptr;
  float const* b = nullptr;
  bool a_is_one = false;
  bool b_is_one = false;
  std::int64_t count = 0;
  Activation activation = Activation::linear;
  float alpha = 1.0F;
  float* output = nullptr;
};

// Every channel by itself: row t is the bias plus, k going up, the products of the input rows t * row_step + k *
// tap_step (floats) with the rows of weights [1 + width, channels], the bias first. No pooling.
struct ChannelProduct {
  float const* input = nullptr;
  std::int64_t row_step = 0;
  std::int64_t tap_step = 0;
  std::int64_t width = 0;
  float const* weights = nullptr;
  TileOutput output;
};

struct VectorKernels {
  void (*multiply)(MatrixProduct const& product);
  void (*look_up)(CodeProduct const& product);
  void (*pool)(RowPool const& window);
  void (*activate)(float const* input, std::int64_t count, Activation activation, float alpha, float* output);
  void (*scale_shift)(RowScaling const& rows);
  void (*combine)(RowCombination const& row);
  void (*multiply_channels)(ChannelProduct const& product);
};

extern VectorKernels const generic_vector_kernels;
extern VectorKernels const avx2_vector_kernels;
extern VectorKernels const avx512_vector_kernels;

// The kernels of one set, which the processor must have; without an argument those of the best set.
VectorKernels const& vector_kernels(InstructionSet set);
VectorKernels const& vector_kernels();

}  // namespace shoal::kernels
