// SPDX-License-Identifier: MIT
// A pair's two products as one vdpbf16ps (included after lanes_avx512.hpp).
// Compiled alone after kernels/cpu/vector/lanes_avx512.hpp
#pragma once

#include <immintrin.h>

#include "kernels/cpu/bf16/bf16_kernels.hpp"

namespace shoal::kernels {
namespace {

struct Pairs {
  using Weights = __m512i;
  using Values = __m512i;
  static constexpr int max_rows = 14;        // 28 sums, two weights, one pair of values in 32 registers
  static constexpr int max_split_rows = 12;  // 24 sums, four weights, two pairs

  static Weights load(float const* row) { return _mm512_loadu_si512(row); }
  static Values set(std::uint16_t const* pair) {
    int word;
    __builtin_memcpy(&word, pair, sizeof word);
    return _mm512_set1_epi32(word);
  }
  static __m512 multiply_add(__m512 sum, Values x, Weights w) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(x), reinterpret_cast<__m512bh>(w));
  }
  // The instruction does it by itself.
  struct FlushDenormals {
    FlushDenormals() {}
  };
};

}  // namespace
}  // namespace shoal::kernels
