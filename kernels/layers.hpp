// SPDX-License-Identifier: MIT
// Names of layer operations, which the kernels and the graph of a network share.
#pragma once

namespace shoal::kernels {

// y = f(x), element by element; `alpha` is a parameter of those that name it, else ignored.
enum class Activation {
  linear,        // x
  relu,          // max(x, 0)
  exponential,   // e^x
  sigmoid,       // 1 / (1 + e^-x)
  softplus,      // log(1 + e^x)
  tanh,          // tanh x
  elu,           // x for x > 0, otherwise alpha (e^x - 1)
  leaky_relu,    // x for x > 0, otherwise alpha x
  capped_relu,   // min(max(x, 0), alpha); alpha = 6 is ReLU6
  gelu_erf,      // x (1 + erf(x / sqrt 2)) / 2
  gelu_tanh,     // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  gelu_sigmoid,  // x / (1 + e^(-1.702 x))
  silu,          // x / (1 + e^-x)
  hard_sigmoid,  // min(max(alpha x + 1/2, 0), 1); alpha is 1/6 in PyTorch and Keras 3, 1/5 in Keras 2 and ONNX
  softsign,      // x / (1 + |x|)
  erf,           // the error function
  log,           // natural logarithm
  square_root,
  square,
  reciprocal,  // 1 / x
  absolute,    // |x|
  selu,        // 1.0507010 (x for x > 0, otherwise 1.6732632 (e^x - 1))
  mish,        // x tanh(log(1 + e^x))
  celu,        // x for x > 0, otherwise alpha (e^(x / alpha) - 1); alpha > 0
  hard_swish   // x min(max(x + 3, 0), 6) / 6
};
inline constexpr Activation last_activation = Activation::hard_swish;

enum class PoolKind { max, average };

// What all values along an axis become. log_sum_exp is log(sum of e^x), computed relative to the maximum.
enum class Reduction { mean, sum, max, log_sum_exp };

// How two values become one, element by element.
enum class Combination { add, multiply };

// The cells of recurrent layers, with the gates that each has, in this order: simple one (the state's candidate); lstm
// input, forget, candidate, output; gru update, reset, candidate.
enum class RecurrentCell { simple, lstm, gru };

// The two axes of one sequence's value.
enum class Axis { positions, channels };

}  // namespace shoal::kernels
