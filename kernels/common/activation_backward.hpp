// SPDX-License-Identifier: MIT
// Derivatives and difference quotients of the activations for one float, host and device; only correctly rounded
// operations, so that both give the same bits.
#pragma once

#include "kernels/common/activation.hpp"

namespace shoal::kernels {

SHOAL_HOST_DEVICE inline float activated_float(Activation activation, float alpha, float x) {
  return activated<ScalarMath>(activation, alpha, x);
}

SHOAL_HOST_DEVICE inline float sigmoid_slope(float x) {
  return activated_float(Activation::sigmoid, 1.0F, x) * activated_float(Activation::sigmoid, 1.0F, -x);
}

// d/dx of x / (1 + e^(-rate x)).
SHOAL_HOST_DEVICE inline float gated_slope(float rate, float x) {
  float const gate = activated_float(Activation::sigmoid, 1.0F, rate * x);
  return gate + rate * x * sigmoid_slope(rate * x);
}

SHOAL_HOST_DEVICE inline float gelu_erf_slope(float x) {
  float const below = 0.5F * (1.0F + activated_float(Activation::erf, 1.0F, x * 0.707106781F));
  float const density = 0.398942280F * activated_float(Activation::exponential, 1.0F, -0.5F * x * x);
  return below + x * density;
}

SHOAL_HOST_DEVICE inline float gelu_tanh_slope(float x) {
  // (1 + tanh u) / 2 = sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3).
  float const twice = 1.595769122F * (x + 0.044715F * x * x * x);
  float const slope_of_twice = 1.595769122F * (1.0F + 0.134145F * x * x);
  return activated_float(Activation::sigmoid, 1.0F, twice) + x * sigmoid_slope(twice) * slope_of_twice;
}

SHOAL_HOST_DEVICE inline float mish_slope(float x) {
  // f' = t + x sigmoid(x) (1 - t^2) with t = tanh(log(1 + e^x)); above 0 powers of e^-x instead of e^x.
  float const e = activated_float(Activation::exponential, 1.0F, x < 0.0F ? x : -x);
  float const n = x < 0.0F ? e * (e + 2.0F) : 1.0F + (e + e);
  float const whole = n + (x < 0.0F ? 2.0F : 2.0F * e * e);
  float const step = 4.0F * e * (1.0F + e) * (x < 0.0F ? 1.0F : e);
  return n / whole + x * (step / (whole * whole));
}

// f'(x); at a kink as activation_backward.hpp says.
SHOAL_HOST_DEVICE inline float activation_slope(Activation activation, float alpha, float x) {
  switch (activation) {
    case Activation::linear:
      return 1.0F;
    case Activation::relu:
      return x > 0.0F ? 1.0F : 0.0F;
    case Activation::exponential:
      return activated_float(Activation::exponential, alpha, x);
    case Activation::sigmoid:
      return sigmoid_slope(x);
    case Activation::softplus:
      return activated_float(Activation::sigmoid, alpha, x);
    case Activation::tanh:
      return 4.0F * sigmoid_slope(x + x);
    case Activation::elu:
      return x > 0.0F ? 1.0F : alpha * activated_float(Activation::exponential, alpha, x);
    case Activation::leaky_relu:
      return x > 0.0F ? 1.0F : alpha;
    case Activation::capped_relu:
      return x > 0.0F && x < alpha ? 1.0F : 0.0F;
    case Activation::gelu_erf:
      return gelu_erf_slope(x);
    case Activation::gelu_tanh:
      return gelu_tanh_slope(x);
    case Activation::gelu_sigmoid:
      return gated_slope(1.702F, x);
    case Activation::silu:
      return gated_slope(1.0F, x);
    case Activation::hard_sigmoid:
      return alpha * x > -0.5F && alpha * x < 0.5F ? alpha : 0.0F;
    case Activation::softsign: {
      float const size = 1.0F + (x < 0.0F ? -x : x);
      return 1.0F / (size * size);
    }
    case Activation::erf:
      return 1.128379167F * activated_float(Activation::exponential, 1.0F, -x * x);
    case Activation::log:
      return 1.0F / x;
    case Activation::square_root:
      return 0.5F / activated_float(Activation::square_root, 1.0F, x);
    case Activation::square:
      return x + x;
    case Activation::reciprocal:
      return -1.0F / (x * x);
    case Activation::absolute:
      return x > 0.0F ? 1.0F : (x < 0.0F ? -1.0F : 0.0F);
    case Activation::selu:
      return x > 0.0F ? selu_scale : selu_depth * activated_float(Activation::exponential, alpha, x);
    case Activation::mish:
      return mish_slope(x);
    case Activation::celu:
      return x > 0.0F ? 1.0F : activated_float(Activation::exponential, alpha, x / alpha);
    case Activation::hard_swish:
      return x <= -3.0F ? 0.0F : (x < 3.0F ? x / 3.0F + 0.5F : 1.0F);
  }
  return 0.0F;
}

// True if f is made of straight lines: its difference quotient is accurate however near its two points are.
SHOAL_HOST_DEVICE inline bool is_piecewise_linear(Activation activation) {
  return activation == Activation::linear || activation == Activation::relu || activation == Activation::leaky_relu ||
         activation == Activation::capped_relu || activation == Activation::hard_sigmoid ||
         activation == Activation::absolute;
}

// True if the derivative of a curved f jumps between x and r, so that its value at their middle says little.
SHOAL_HOST_DEVICE inline bool is_kink_between(Activation activation, float x, float r) {
  if (activation == Activation::selu) return (x > 0.0F) != (r > 0.0F);
  if (activation != Activation::hard_swish) return false;
  return (x > -3.0F) != (r > -3.0F) || (x > 3.0F) != (r > 3.0F);
}

// (f(x) - f(r)) / (x - r). Below a distance of 0.01 the quotient of a curved function would lose more digits than the
// derivative at the middle misses; where that middle is a kink of elu, the two agree to within their difference.
SHOAL_HOST_DEVICE inline float rescale_multiplier(Activation activation, float alpha, float x, float r) {
  float const difference = x - r;
  float const distance = difference < 0.0F ? -difference : difference;
  if (distance == 0.0F) return activation_slope(activation, alpha, x);
  if (!is_piecewise_linear(activation) && distance < 0.01F && !is_kink_between(activation, x, r)) {
    return activation_slope(activation, alpha, r + 0.5F * difference);
  }
  return (activated_float(activation, alpha, x) - activated_float(activation, alpha, r)) / difference;
}

}  // namespace shoal::kernels
