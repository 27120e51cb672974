// SPDX-License-Identifier: MIT
// Arithmetic of the rarer activations; included by common/activation.hpp, whose rules hold here too.
#pragma once

#include "kernels/common/exponential.hpp"
#include "kernels/layers.hpp"

namespace shoal::kernels {

// Natural logarithm: x = 2^n m with m from sqrt(1/2) to sqrt(2), log m = 2 atanh((m - 1) / (m + 1)). -infinity at 0,
// NaN below; relative error below 1e-6.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector logarithm(typename Math::Vector x) {
  auto const one = Math::set(1.0F);
  // Subnormal numbers have no exponent of their own.
  auto const is_small = Math::less(x, Math::set(1.17549435e-38F));
  auto const scaled = Math::select(is_small, Math::multiply(x, Math::set(16777216.0F)), x);
  auto n = Math::exponent(scaled);
  // 2^-n in two factors, since -n reaches -127.
  auto const half = Math::select(Math::less(n, Math::set(0.0F)), Math::set(0.0F), one);
  auto m = Math::multiply(Math::multiply(scaled, Math::power_of_two(Math::subtract(half, n))),
                          Math::select(Math::less(half, one), one, Math::set(0.5F)));
  auto const is_large = Math::less(Math::set(1.41421356F), m);
  m = Math::select(is_large, Math::multiply(m, Math::set(0.5F)), m);
  n = Math::select(is_large, Math::add(n, one), n);
  n = Math::select(is_small, Math::subtract(n, Math::set(24.0F)), n);
  auto const s = Math::divide(Math::subtract(m, one), Math::add(m, one));
  auto const of_m = twice_atanh<Math>(s);
  auto y = Math::fma(n, Math::set(0.693145751953125F), Math::fma(n, Math::set(1.42860677e-6F), of_m));
  y = Math::select(Math::less(x, Math::set(1e-45F)), Math::set(-__builtin_inff()), y);
  y = Math::select(Math::less(x, Math::set(0.0F)), Math::set(__builtin_nanf("")), y);
  return Math::select(Math::less(x, Math::set(__builtin_inff())), y, x);  // infinity and NaN stay
}

// e^(z^2) erfc(z) / t for t = 1 / (1 + z / 2) and 0 <= z <= 11, as e^p(t): p by a Chebyshev fit, within 1e-8.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector erfc_exponent(typename Math::Vector t) {
  auto p = Math::set(-0.13642960799110282F);
  p = Math::fma(p, t, Math::set(0.9392651748522269F));
  p = Math::fma(p, t, Math::set(-2.7025241529450454F));
  p = Math::fma(p, t, Math::set(4.110932942113789F));
  p = Math::fma(p, t, Math::set(-3.4330852801140503F));
  p = Math::fma(p, t, Math::set(1.5943045685095227F));
  p = Math::fma(p, t, Math::set(-0.6819736262717733F));
  p = Math::fma(p, t, Math::set(0.2176059935177959F));
  p = Math::fma(p, t, Math::set(0.35592660798897946F));
  p = Math::fma(p, t, Math::set(1.0015435382385285F));
  return Math::fma(p, t, Math::set(-1.2655661541938104F));
}

// erfc(z) for z >= 0 whose square is `square` + `rest`.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector erfc_of_positive(typename Math::Vector z, typename Math::Vector square,
                                                                typename Math::Vector rest) {
  auto const t = Math::divide(Math::set(1.0F), Math::fma(z, Math::set(0.5F), Math::set(1.0F)));
  auto const zero = Math::set(0.0F);
  auto const tail = exponential<Math>(Math::subtract(erfc_exponent<Math>(t), rest));
  return Math::multiply(Math::multiply(t, tail), exponential<Math>(Math::subtract(zero, square)));
}

// x erfc(-x / sqrt 2) / 2.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector gelu_erf(typename Math::Vector x) {
  auto const zero = Math::set(0.0F);
  auto const negative = Math::less(x, zero);
  // Beyond 15 the result is x or rounds to zero; x^2 stays finite.
  auto const magnitude = clamp<Math>(Math::select(negative, Math::subtract(zero, x), x), 0.0F, 15.0F);
  auto const square = Math::multiply(magnitude, magnitude);
  auto const rest = Math::fma(magnitude, magnitude, Math::subtract(zero, square));
  auto const half = Math::set(0.5F);
  auto const tail =
      Math::multiply(half, erfc_of_positive<Math>(Math::multiply(magnitude, Math::set(0.707106781F)),
                                                  Math::multiply(half, square), Math::multiply(half, rest)));
  return Math::multiply(x, Math::select(negative, tail, Math::subtract(Math::set(1.0F), tail)));
}

template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector error_function(typename Math::Vector x) {
  auto const zero = Math::set(0.0F);
  auto const one = Math::set(1.0F);
  auto const negative = Math::less(x, zero);
  auto const z = clamp<Math>(Math::select(negative, Math::subtract(zero, x), x), 0.0F, 10.0F);
  auto const square = Math::multiply(z, z);
  auto const rest = Math::fma(z, z, Math::subtract(zero, square));
  auto const far = Math::subtract(one, erfc_of_positive<Math>(z, square, rest));
  // Below 1 the Taylor series: 2 / sqrt(pi) times the sum of (-1)^n z^(2 n + 1) / (n! (2 n + 1)).
  auto p = Math::set(-1.0F / 918086400.0F);
  p = Math::fma(p, square, Math::set(1.0F / 76204800.0F));
  p = Math::fma(p, square, Math::set(-1.0F / 6894720.0F));
  p = Math::fma(p, square, Math::set(1.0F / 685440.0F));
  p = Math::fma(p, square, Math::set(-1.0F / 75600.0F));
  p = Math::fma(p, square, Math::set(1.0F / 9360.0F));
  p = Math::fma(p, square, Math::set(-1.0F / 1320.0F));
  p = Math::fma(p, square, Math::set(1.0F / 216.0F));
  p = Math::fma(p, square, Math::set(-1.0F / 42.0F));
  p = Math::fma(p, square, Math::set(0.1F));
  p = Math::fma(p, square, Math::set(-1.0F / 3.0F));
  p = Math::fma(p, square, one);
  auto const near = Math::multiply(Math::multiply(p, z), Math::set(1.12837917F));
  auto const y = Math::select(Math::less(z, one), near, far);
  return Math::select(negative, Math::subtract(zero, y), y);
}

// 1 / (1 + e^-x).
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector logistic(typename Math::Vector x) {
  auto const negative = Math::less(x, Math::set(0.0F));
  auto const e = exponential<Math>(Math::select(negative, x, Math::subtract(Math::set(0.0F), x)));
  return Math::divide(Math::select(negative, e, Math::set(1.0F)), Math::add(Math::set(1.0F), e));
}

// Klambauer et al. (NIPS 2017): the slope above 0, and the slope times the depth below 0.
inline constexpr float selu_scale = 1.05070099F;
inline constexpr float selu_depth = 1.75809934F;

// tanh(log(1 + e^x)) = n / (n + 2) with n = e^x (e^x + 2); above 0 both are divided by e^(2 x).
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector mish(typename Math::Vector x) {
  auto const two = Math::set(2.0F);
  auto const negative = Math::less(x, Math::set(0.0F));
  auto const e = exponential<Math>(Math::select(negative, x, Math::subtract(Math::set(0.0F), x)));
  auto const n = Math::select(negative, Math::multiply(e, Math::add(e, two)), Math::fma(e, two, Math::set(1.0F)));
  auto const rest = Math::select(negative, two, Math::multiply(Math::multiply(e, e), two));
  return Math::multiply(x, Math::divide(n, Math::add(n, rest)));
}

// x min(max(x + 3, 0), 6) / 6. The sum is exact near its zero.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector hard_swish(typename Math::Vector x) {
  auto const gate = clamp<Math>(Math::add(x, Math::set(3.0F)), 0.0F, 6.0F);
  return Math::multiply(x, Math::multiply(gate, Math::set(0.166666672F)));
}

// The activations for which `activated` has no case.
template <class Math>
SHOAL_HOST_DEVICE inline typename Math::Vector further_activated(Activation activation, float alpha,
                                                                 typename Math::Vector x) {
  auto const zero = Math::set(0.0F);
  auto const one = Math::set(1.0F);
  auto const negative = Math::less(x, zero);
  switch (activation) {
    case Activation::leaky_relu:
      return Math::select(negative, Math::multiply(Math::set(alpha), x), x);
    case Activation::capped_relu:
      return clamp<Math>(x, 0.0F, alpha);
    case Activation::gelu_erf:
      return gelu_erf<Math>(x);
    case Activation::gelu_tanh: {
      auto const cube = Math::multiply(Math::multiply(x, x), x);
      auto const inner = Math::fma(cube, Math::set(0.044715F), x);
      return Math::multiply(x, logistic<Math>(Math::multiply(inner, Math::set(1.5957691216F))));
    }
    case Activation::gelu_sigmoid:
      return Math::multiply(x, logistic<Math>(Math::multiply(x, Math::set(1.702F))));
    case Activation::silu:
      return Math::multiply(x, logistic<Math>(x));
    case Activation::hard_sigmoid:
      return clamp<Math>(Math::fma(x, Math::set(alpha), Math::set(0.5F)), 0.0F, 1.0F);
    case Activation::softsign:
      return Math::divide(x, Math::add(one, Math::select(negative, Math::subtract(zero, x), x)));
    case Activation::erf:
      return error_function<Math>(x);
    case Activation::log:
      return logarithm<Math>(x);
    case Activation::square_root:
      return Math::square_root(x);
    case Activation::square:
      return Math::multiply(x, x);
    case Activation::reciprocal:
      return Math::divide(one, x);
    case Activation::absolute:
      return Math::select(negative, Math::subtract(zero, x), x);
    case Activation::selu:
      return Math::select(negative, Math::multiply(Math::set(selu_depth), expm1_of_negative<Math>(x)),
                          Math::multiply(Math::set(selu_scale), x));
    case Activation::mish:
      return mish<Math>(x);
    case Activation::celu: {
      auto const below = expm1_of_negative<Math>(Math::divide(x, Math::set(alpha)));
      return Math::select(negative, Math::multiply(Math::set(alpha), below), x);
    }
    case Activation::hard_swish:
      return hard_swish<Math>(x);
    default:
      return x;
  }
}

}  // namespace shoal::kernels
