// SPDX-License-Identifier: MIT
// The activations in double precision with the C library's functions, straight from their definitions.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/layers.hpp"

namespace shoal::test {

inline double activation_oracle(kernels::Activation activation, double alpha, double x) {
  using kernels::Activation;
  auto const sigmoid = [](double z) { return 1.0 / (1.0 + std::exp(-z)); };
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::relu:
      return std::max(x, 0.0);
    case Activation::exponential:
      return std::exp(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::softplus:
      return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::elu:
      return x > 0.0 ? x : alpha * std::expm1(x);
    case Activation::leaky_relu:
      return x > 0.0 ? x : alpha * x;
    case Activation::capped_relu:
      return std::min(std::max(x, 0.0), alpha);
    case Activation::gelu_erf:
      return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    case Activation::gelu_tanh:
      return x * sigmoid(2.0 * std::sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x));  // (1 + tanh z) / 2 = sigmoid 2 z
    case Activation::gelu_sigmoid:
      return x * sigmoid(1.702 * x);
    case Activation::silu:
      return x * sigmoid(x);
    case Activation::hard_sigmoid:
      return std::clamp(alpha * x + 0.5, 0.0, 1.0);
    case Activation::softsign:
      return x / (1.0 + std::abs(x));
    case Activation::erf:
      return std::erf(x);
    case Activation::log:
      return std::log(x);
    case Activation::square_root:
      return std::sqrt(x);
    case Activation::square:
      return x * x;
    case Activation::reciprocal:
      return 1.0 / x;
    case Activation::absolute:
      return std::abs(x);
    case Activation::selu:
      return 1.0507009873554804934193349852946 * (x > 0.0 ? x : 1.6732632423543772848170429916717 * std::expm1(x));
    case Activation::mish:  // log(1 + e^x) of a large x is x
      return x * std::tanh(x > 30.0 ? x : std::log1p(std::exp(x)));
    case Activation::celu:
      return x > 0.0 ? x : alpha * std::expm1(x / alpha);
    case Activation::hard_swish:
      return x * std::clamp(x + 3.0, 0.0, 6.0) / 6.0;
  }
  return x;
}

}  // namespace shoal::test
