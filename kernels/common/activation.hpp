// SPDX-License-Identifier: MIT
// Arithmetic of the activations, written once for one float (host and device) and for vectors of every width.
//
// `Math` names a Vector and a Mask and the operations on them (ScalarMath below; kernels/cpu/lanes_*.hpp). Only
// additions, products, quotients, fused multiply-adds and comparisons in a fixed order are used, all correctly rounded,
// so that every Math gives the same bits.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/layers.hpp"
#include "kernels/packed.hpp"

namespace shoal::kernels {

// x = n ln 2 + r with integer n and |r| <= ln 2 / 2: Cody and Waite's reduction with ln 2 in two parts.
template <class Math>
struct Reduced {
  typename Math::Vector n, r;
};

template <class Math>
SHOAL_HOST_DEVICE inline Reduced<Math> reduce_by_log2(typename Math::Vector x) {
  // Adding and subtracting 1.5 * 2^23 rounds to an integer.
  auto const rounder = Math::set(12582912.0F);
  auto const n = Math::subtract(Math::fma(x, Math::set(1.44269504F), rounder), rounder);
  auto r = Math::fma(n, Math::set(-0.693145751953125F), x);
  r = Math::fma(n, Math::set(-1.42860677e-6F), r);
  return {n, r};
}

// e^r - 1 for |r| <= ln 2 / 2: the Taylor polynomial of degree 8 (remainder below 3e-10 of r).
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector expm1_polynomial(typename Math::Vector r) {
  auto p = Math::set(1.0F / 40320.0F);
  p = Math::fma(p, r, Math::set(1.0F / 5040.0F));
  p = Math::fma(p, r, Math::set(1.0F / 720.0F));
  p = Math::fma(p, r, Math::set(1.0F / 120.0F));
  p = Math::fma(p, r, Math::set(1.0F / 24.0F));
  p = Math::fma(p, r, Math::set(1.0F / 6.0F));
  p = Math::fma(p, r, Math::set(0.5F));
  return Math::fma(Math::multiply(p, r), r, r);
}

// `x` moved into [low, high]; NaN stays.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector clamp(typename Math::Vector x, float low, float high) {
  x = Math::select(Math::less(x, Math::set(low)), Math::set(low), x);
  return Math::select(Math::less(Math::set(high), x), Math::set(high), x);
}

// e^x, relative error below 2 units in the last place, subnormal results included; 0 and infinity beyond.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector exponential(typename Math::Vector x) {
  auto const reduced = reduce_by_log2<Math>(clamp<Math>(x, -105.0F, 89.0F));
  auto const value = Math::add(expm1_polynomial<Math>(reduced.r), Math::set(1.0F));
  // 2^n in two factors, since n reaches from -151 to 128.
  auto const rounder = Math::set(12582912.0F);
  auto const half = Math::subtract(Math::fma(reduced.n, Math::set(0.5F), rounder), rounder);
  auto const rest = Math::subtract(reduced.n, half);
  return Math::multiply(Math::multiply(value, Math::power_of_two(half)), Math::power_of_two(rest));
}

// e^x - 1 for x <= 0, accurate near 0.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector expm1_of_negative(typename Math::Vector x) {
  auto const reduced = reduce_by_log2<Math>(clamp<Math>(x, -40.0F, 0.0F));
  auto const power = Math::power_of_two(reduced.n);
  return Math::fma(power, expm1_polynomial<Math>(reduced.r), Math::subtract(power, Math::set(1.0F)));
}

// log(1 + e) for 0 <= e <= 1, as 2 atanh(e / (2 + e)).
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector log1p_of_fraction(typename Math::Vector e) {
  auto const s = Math::divide(e, Math::add(e, Math::set(2.0F)));
  auto const square = Math::multiply(s, s);
  auto p = Math::set(1.0F / 15.0F);
  p = Math::fma(p, square, Math::set(1.0F / 13.0F));
  p = Math::fma(p, square, Math::set(1.0F / 11.0F));
  p = Math::fma(p, square, Math::set(1.0F / 9.0F));
  p = Math::fma(p, square, Math::set(1.0F / 7.0F));
  p = Math::fma(p, square, Math::set(1.0F / 5.0F));
  p = Math::fma(p, square, Math::set(1.0F / 3.0F));
  p = Math::fma(p, square, Math::set(1.0F));
  return Math::multiply(Math::add(s, s), p);
}

// f(x) of one Activation; `alpha` is for elu.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector activated(Activation activation, float alpha, typename Math::Vector x) {
  auto const zero = Math::set(0.0F);
  auto const one = Math::set(1.0F);
  auto const negative = Math::less(x, zero);
  auto const minus_magnitude = Math::select(negative, x, Math::subtract(zero, x));
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::relu:
      return Math::select(negative, zero, x);
    case Activation::exponential:
      return exponential<Math>(x);
    case Activation::sigmoid: {
      auto const e = exponential<Math>(minus_magnitude);
      return Math::divide(Math::select(negative, e, one), Math::add(one, e));
    }
    case Activation::softplus:
      return Math::add(Math::select(negative, zero, x), log1p_of_fraction<Math>(exponential<Math>(minus_magnitude)));
    case Activation::tanh: {
      auto const e = expm1_of_negative<Math>(Math::add(minus_magnitude, minus_magnitude));
      auto const y = Math::divide(e, Math::add(e, Math::set(2.0F)));
      return Math::select(negative, y, Math::subtract(zero, y));
    }
    case Activation::elu:
      return Math::select(negative, Math::multiply(Math::set(alpha), expm1_of_negative<Math>(x)), x);
    default:
      return x;
  }
  return x;
}

// The operations on one float.
struct ScalarMath {
  using Vector = float;
  using Mask = bool;
  SHOAL_HOST_DEVICE static float set(float x) { return x; }
  SHOAL_HOST_DEVICE static float add(float a, float b) { return a + b; }
  SHOAL_HOST_DEVICE static float subtract(float a, float b) { return a - b; }
  SHOAL_HOST_DEVICE static float multiply(float a, float b) { return a * b; }
  SHOAL_HOST_DEVICE static float divide(float a, float b) { return a / b; }
#if defined(__CUDA_ARCH__)
  SHOAL_HOST_DEVICE static float fma(float a, float b, float c) {
    return fmaf(a, b, c);
  }
#else
  SHOAL_HOST_DEVICE static float fma(float a, float b, float c) {
    return __builtin_fmaf(a, b, c);
  }
#endif
  SHOAL_HOST_DEVICE static bool less(float a, float b) {
    return a < b;
  }
  SHOAL_HOST_DEVICE static float select(bool mask, float a, float b) {
    return mask ? a : b;
  }
  // 2^n for an integer -126 <= n <= 127 that is stored as a float.
  SHOAL_HOST_DEVICE static float power_of_two(float n) {
    float const shifted = n + 12582912.0F;
    std::uint32_t bits = 0;
    std::memcpy(&bits, &shifted, sizeof bits);
    bits = (bits - 0x4B400000U + 127U) << 23;
    float power = 0.0F;
    std::memcpy(&power, &bits, sizeof power);
    return power;
  }
};

}  // namespace shoal::kernels
