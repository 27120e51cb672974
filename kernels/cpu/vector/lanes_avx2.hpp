// SPDX-License-Identifier: MIT
// Eight floats at a time. Included by one source file only (see lanes_avx512.hpp).
#pragma once

#include <immintrin.h>

namespace shoal::kernels {
namespace {

struct Lanes {
  using Vector = __m256;
  using Mask = __m256;
  static constexpr int width = 8;
  static constexpr int max_rows = 6;  // accumulator rows of two vectors: 12 of 16 registers

  static __m256i first(int count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static Vector load(float const* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Vector v) { _mm256_storeu_ps(p, v); }
  static Vector load_first(float const* p, int count) { return _mm256_maskload_ps(p, first(count)); }
  static void store_first(float* p, Vector v, int count) { _mm256_maskstore_ps(p, first(count), v); }
  static Vector set(float x) { return _mm256_set1_ps(x); }
  static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
  static Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  static Vector divide(Vector a, Vector b) { return _mm256_div_ps(a, b); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static Vector square_root(Vector x) { return _mm256_sqrt_ps(x); }
  static Vector exponent(Vector x) {
    __m256i const biased = _mm256_and_si256(_mm256_srli_epi32(_mm256_castps_si256(x), 23), _mm256_set1_epi32(255));
    return _mm256_cvtepi32_ps(_mm256_sub_epi32(biased, _mm256_set1_epi32(127)));
  }
  static Mask less(Vector a, Vector b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
  static Vector select(Mask mask, Vector a, Vector b) { return _mm256_blendv_ps(b, a, mask); }
  static Vector power_of_two(Vector n) {
    __m256i bits = _mm256_castps_si256(_mm256_add_ps(n, _mm256_set1_ps(12582912.0F)));
    bits = _mm256_sub_epi32(bits, _mm256_set1_epi32(0x4B400000 - 127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(bits, 23));
  }
};

}  // namespace
}  // namespace shoal::kernels
