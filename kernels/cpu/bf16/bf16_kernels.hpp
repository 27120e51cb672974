// SPDX-License-Identifier: MIT
// Products of bfloat16 operands on one thread, compiled once for every instruction set and chosen at run time.
//
// Channels are padded with zeros to a multiple of `depth_block`, so that operands are whole pairs (even channel, odd
// channel) of one tap. The order of an element's sum, from its bias through the taps and the pairs of each tap:
//   bf16    sum = fma(x odd, w odd, sum), then sum = fma(x even, w even, sum)
//   bf16x3  those two of (x high, w high), then of (x high, w low), then of (x low, w high)
// each rounded to nearest even in float32, with denormal operands and results taken as zeros. That is what vdpbf16ps
// does, and the other vector sets do the same with float32 instructions: the same bits. AMX sums the even and the odd
// products of 32 channels apart, each from zero, and adds even + odd to the sum; its bits are its own. No tile and no
// number of rows changes either order.
#pragma once

#include <cstdint>

#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

enum class Bf16Set { generic, avx2, avx512, avx512_bf16, amx_bf16 };

// Converts rows of floats, `step` apart, to rows of `padded` bfloat16: the nearest value, and in `low` (unless null)
// the rest.
struct RowSplit {
  float const* input = nullptr;
  std::int64_t rows = 0;
  std::int64_t step = 0;
  std::int64_t channels = 0;
  std::int64_t padded = 0;
  std::uint16_t* high = nullptr;
  std::uint16_t* low = nullptr;
};

// Row t of the left matrix is `segments` runs of segment_length values, a multiple of depth_block: run g begins at
// t * row_step + g * segment_step of `high` and of `low`, null for bf16. A panel is the bias, panel_width floats, then
// for every pair one row of panel_width words (odd << 16 | even), with `low` followed by such a row of the low parts.
// Reads rows up to the next multiple of `row_block`; it does not matter what the further rows hold.
struct PairProduct {
  std::uint16_t const* high = nullptr;
  std::uint16_t const* low = nullptr;
  std::int64_t row_step = 0;
  std::int64_t segments = 1;
  std::int64_t segment_length = 0;
  std::int64_t segment_step = 0;
  float const* panels = nullptr;
  TileOutput output;  // without an addend's pool, as MatrixProduct
};

struct Bf16Kernels {
  Bf16Set set;
  std::int64_t depth_block;
  std::int64_t row_block;
  void (*split)(RowSplit const& rows);
  void (*multiply)(PairProduct const& product);
};

extern Bf16Kernels const generic_bf16_kernels;
extern Bf16Kernels const avx2_bf16_kernels;
extern Bf16Kernels const avx512_bf16_emulating_kernels;
extern Bf16Kernels const avx512_bf16_kernels;
extern Bf16Kernels const amx_bf16_kernels;

// True if processor and operating system have it. For AMX this asks the operating system for the use of tiles.
bool has_bf16_set(Bf16Set set);

// The kernels of one set, which must be there; without an argument the kernels of the best set, AMX first.
Bf16Kernels const& bf16_kernels(Bf16Set set);
Bf16Kernels const& bf16_kernels();

}  // namespace shoal::kernels
