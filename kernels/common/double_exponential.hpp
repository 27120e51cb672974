// SPDX-License-Identifier: MIT
// exp, expm1 and log1p in double precision from operations that IEEE 754 rounds correctly, because two mathematical
// libraries (the host's and CUDA's) do not give the same bits. Relative errors are a few units in the last place.
#pragma once

#include <cmath>

#include "kernels/library/packed.hpp"

namespace shoal::kernels {

inline constexpr double log2_high = 0x1.62e42fefa39efp-1;  // ln 2 is the sum of both
inline constexpr double log2_low = 0x1.abc9e3b39803fp-56;

// e^r - 1 for |r| <= ln 2 / 2: the Taylor polynomial of degree 15 (remainder below 1e-20 of r).
SHOAL_HOST_DEVICE inline double expm1_near_zero(double r) {
  double p = 1.0 / 1307674368000.0;
  double factor = 1307674368000.0;  // 15!
  for (int degree = 15; degree > 2; --degree) {
    factor /= degree;
    p = fma(p, r, 1.0 / factor);
  }
  return fma(p * r, r, r);
}

// e^x for x <= 0; NaN stays NaN.
SHOAL_HOST_DEVICE inline double exponential_of_negative(double x) {
  if (x < -746.0) return 0.0;
  // Adding and subtracting 1.5 * 2^52 rounds to an integer.
  double const rounder = 6755399441055744.0;
  double const n = fma(x, 1.4426950408889634, rounder) - rounder;
  double const r = fma(n, -log2_low, fma(n, -log2_high, x));
  if (!(r == r)) return r;
  return ldexp(1.0 + expm1_near_zero(r), static_cast<int>(n));
}

// e^x - 1 for x <= 0.
SHOAL_HOST_DEVICE inline double expm1_of_negative(double x) {
  return x > -0.34 ? expm1_near_zero(x) : exponential_of_negative(x) - 1.0;
}

// ln u for finite u > 0: ln m = 2 artanh((m - 1) / (m + 1)) with m between the roots of 1/2 and 2.
SHOAL_HOST_DEVICE inline double logarithm(double u) {
  int exponent = 0;
  double m = frexp(u, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2.0;
    --exponent;
  }
  double const s = (m - 1.0) / (m + 1.0), square = s * s;
  double sum = 0.0;
  for (int degree = 25; degree > 1; degree -= 2) sum = fma(sum, square, 1.0 / degree);
  double const of_m = 2.0 * fma(s * square, sum, s);
  return fma(static_cast<double>(exponent), log2_high, fma(static_cast<double>(exponent), log2_low, of_m));
}

// ln(1 + y) for y > -1: what rounding takes from 1 + y is given back (Kahan).
SHOAL_HOST_DEVICE inline double logarithm_of_one_plus(double y) {
  double const u = 1.0 + y;
  if (u == 1.0 || !(y < 1e300)) return y;
  return logarithm(u) * (y / (u - 1.0));
}

}  // namespace shoal::kernels
