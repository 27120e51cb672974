// SPDX-License-Identifier: MIT
// Four floats at a time with GCC's vector types, for any processor. A fused multiply-add is a call of the C library's
// function: slow, but with the bits of newer processors' instructions.
#pragma once

#include <cstdint>

namespace shoal::kernels {
namespace {

struct Lanes {
  using Vector = float __attribute__((vector_size(16)));
  using Mask = std::int32_t __attribute__((vector_size(16)));
  static constexpr int width = 4;
  static constexpr int max_rows = 4;

  static Vector load(float const* p) { return Vector{p[0], p[1], p[2], p[3]}; }
  static void store(float* p, Vector v) { store_first(p, v, width); }
  static Vector load_first(float const* p, int count) {
    Vector v = {0.0F, 0.0F, 0.0F, 0.0F};
    for (int i = 0; i < count; ++i) v[i] = p[i];
    return v;
  }
  static void store_first(float* p, Vector v, int count) {
    for (int i = 0; i < count; ++i) p[i] = v[i];
  }
  static Vector set(float x) { return Vector{x, x, x, x}; }
  static Vector add(Vector a, Vector b) { return a + b; }
  static Vector subtract(Vector a, Vector b) { return a - b; }
  static Vector multiply(Vector a, Vector b) { return a * b; }
  static Vector divide(Vector a, Vector b) { return a / b; }
  static Vector fma(Vector a, Vector b, Vector c) {
    for (int i = 0; i < width; ++i) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return c;
  }
  static Vector square_root(Vector x) {
    for (int i = 0; i < width; ++i) x[i] = __builtin_sqrtf(x[i]);
    return x;
  }
  static Vector exponent(Vector x) {
    using Bits = std::uint32_t __attribute__((vector_size(16)));
    Bits const biased = (reinterpret_cast<Bits>(x) >> 23) & 255U;
    return __builtin_convertvector(biased, Vector) - set(127.0F);
  }
  static Mask less(Vector a, Vector b) { return a < b; }
  static Vector select(Mask mask, Vector a, Vector b) { return mask ? a : b; }
  static Vector power_of_two(Vector n) {
    using Bits = std::uint32_t __attribute__((vector_size(16)));
    Bits const bits = reinterpret_cast<Bits>(n + set(12582912.0F)) - (0x4B400000U - 127U);
    return reinterpret_cast<Vector>(bits << 23);
  }
};

}  // namespace
}  // namespace shoal::kernels
