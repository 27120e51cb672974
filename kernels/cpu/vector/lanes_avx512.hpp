// SPDX-License-Identifier: MIT
// Sixteen floats at a time. Included by one source file only, which is compiled for this instruction set: everything
// here has internal linkage, so that no other file ever runs code made for a newer processor.
#pragma once

#include <immintrin.h>

namespace shoal::kernels {
namespace {

struct Lanes {
  using Vector = __m512;
  using Mask = __mmask16;
  static constexpr int width = 16;
  static constexpr int max_rows = 14;  // accumulator rows of two vectors: 28 of 32 registers

  static Vector load(float const* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
  static Vector load_first(float const* p, int count) {
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1U), p);
  }
  static void store_first(float* p, Vector v, int count) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1U << count) - 1U), v);
  }
  static Vector set(float x) { return _mm512_set1_ps(x); }
  static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
  static Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  static Vector divide(Vector a, Vector b) { return _mm512_div_ps(a, b); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  // GCC 12 warns inside the unmasked intrinsic.
  static Vector square_root(Vector x) { return _mm512_maskz_sqrt_ps(0xFFFF, x); }
  static Vector exponent(Vector x) {
    using Bits = unsigned __attribute__((vector_size(64)));  // see power_of_two
    using Floats = float __attribute__((vector_size(64)));
    Bits const biased = (reinterpret_cast<Bits>(x) >> 23) & 255U;
    return __builtin_convertvector(biased, Floats) - set(127.0F);
  }
  static Mask less(Vector a, Vector b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
  static Vector select(Mask mask, Vector a, Vector b) { return _mm512_mask_blend_ps(mask, b, a); }
  static Vector power_of_two(Vector n) {
    using Bits = unsigned __attribute__((vector_size(64)));  // GCC 12 warns inside its own shift intrinsics
    Bits const bits = reinterpret_cast<Bits>(n + set(12582912.0F)) - (0x4B400000U - 127U);
    return reinterpret_cast<Vector>(bits << 23);
  }
};

}  // namespace
}  // namespace shoal::kernels
