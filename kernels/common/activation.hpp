// SPDX-License-Identifier: MIT
// Arithmetic of the activations, written once for one float (host and device) and for vectors of every width.
//
// `Math` names a Vector, a Mask and the operations on them (ScalarMath below; the lanes_*.hpp of kernels/cpu/vector).
// Only additions, products, quotients, square roots, fused multiply-adds and comparisons in a fixed order are used. All
// are correctly rounded, so that every Math gives the same bits.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/common/exponential.hpp"
#include "kernels/common/further_activation.hpp"
#include "kernels/layers.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// f(x) of one Activation.
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
      return further_activated<Math>(activation, alpha, x);
  }
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
#if defined(__CUDA_ARCH__)
  SHOAL_HOST_DEVICE static float square_root(float x) {
    return __fsqrt_rn(x);
  }
#else
  SHOAL_HOST_DEVICE static float square_root(float x) {
    return __builtin_sqrtf(x);
  }
#endif
  // n of a normal |x| = 2^n m with 1 <= m < 2.
  SHOAL_HOST_DEVICE static float exponent(float x) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return static_cast<float>(static_cast<std::int32_t>((bits >> 23) & 255U) - 127);
  }
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
