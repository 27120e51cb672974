// SPDX-License-Identifier: MIT
// The exponential, and the logarithm near 1, for the arithmetic of activations (common/activation.hpp, whose rules hold
// here).
#pragma once

#include "kernels/library/packed.hpp"

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

// `x` moved into [low, high]; NaN stays NaN.
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

// 2 atanh(s) for |s| <= 1/3.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector twice_atanh(typename Math::Vector s) {
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

// log(1 + e) for 0 <= e <= 1, as 2 atanh(e / (2 + e)).
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector log1p_of_fraction(typename Math::Vector e) {
  return twice_atanh<Math>(Math::divide(e, Math::add(e, Math::set(2.0F))));
}

}  // namespace shoal::kernels
