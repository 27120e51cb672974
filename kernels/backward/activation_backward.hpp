// SPDX-License-Identifier: MIT
// Element-wise layers, backwards: by their derivative, and by DeepLIFT's rescale rule.
#pragma once

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// input_adjoint = output_adjoint * f'(input), all of one shape. At a kink the derivative is as TensorFlow and PyTorch
// have it: 0 for relu, capped_relu, hard_sigmoid and absolute, alpha for elu and leaky_relu; for selu the slope below
// 0, for hard_swish 0 at -3 and 1 at 3.
void activate_backward(CpuSpace const& space, ConstValues input, Activation activation, float alpha,
                       ConstValues output_adjoint, MutableValues input_adjoint);
void activate_backward(CudaSpace const& space, ConstValues input, Activation activation, float alpha,
                       ConstValues output_adjoint, MutableValues input_adjoint);

// input_adjoint = output_adjoint * (f(input) - f(reference)) / (input - reference): the rescale rule (Shrikumar et al.,
// ICML 2017). If the two inputs are so near that the quotient would be rounding error, it is the derivative at their
// middle, which differs from the quotient by their distance squared / 24 times f'''.
void activate_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, Activation activation,
                      float alpha, ConstValues output_adjoint, MutableValues input_adjoint);
void activate_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, Activation activation,
                      float alpha, ConstValues output_adjoint, MutableValues input_adjoint);

}  // namespace shoal::kernels
