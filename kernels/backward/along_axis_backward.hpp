// SPDX-License-Identifier: MIT
// Operations on all positions or all channels together, backwards. All sums are float64, in rising index.
#pragma once

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// Adjoint of softmax: input_adjoint = y (g - sum of g y along the axis), y = softmax(input) = `output`, g =
// output_adjoint.
void softmax_backward(CpuSpace const& space, ConstValues output, Axis axis, ConstValues output_adjoint,
                      MutableValues input_adjoint);
void softmax_backward(CudaSpace const& space, ConstValues output, Axis axis, ConstValues output_adjoint,
                      MutableValues input_adjoint);

// Adjoint of layer_norm. With n the normalised values, h = g scale[c] and d the square root that they were divided by,
// input_adjoint = (h - mean of h - n mean of h n) / d, the means over the position's channels.
void layer_norm_backward(CpuSpace const& space, ConstValues input, float const* scale, float epsilon,
                         ConstValues output_adjoint, MutableValues input_adjoint);
void layer_norm_backward(CudaSpace const& space, ConstValues input, float const* scale, float epsilon,
                         ConstValues output_adjoint, MutableValues input_adjoint);

// Adjoint of reduce, g being the adjoint of the one value `output` along the axis: mean g / count; sum g; max g,
// divided evenly among equal largest values, 0 elsewhere; log_sum_exp g e^(x - output).
void reduce_backward(CpuSpace const& space, ConstValues input, ConstValues output, Reduction reduction, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint);
void reduce_backward(CudaSpace const& space, ConstValues input, ConstValues output, Reduction reduction, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint);

// DeepLIFT's rescale rule (Shrikumar et al., ICML 2017) for the same operations: multipliers m such that the sum over a
// row of m (input - reference) is the sum of g (output - output of the reference). The operation is taken apart: the
// rule for functions of one number, difference quotients, for e^x, 1 / x, 1 / sqrt(x), log x and x^2; a product of two
// changing values a b by the mean of its two orders, (b + b0) / 2 for a and (a + a0) / 2 for b, its Shapley value
// (Lundberg and Lee, NeurIPS 2017). Where input and reference are equal it is the derivative.
void softmax_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint);
void softmax_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint);
void layer_norm_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, float const* scale,
                        float epsilon, ConstValues output_adjoint, MutableValues input_adjoint);
void layer_norm_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, float const* scale,
                        float epsilon, ConstValues output_adjoint, MutableValues input_adjoint);
void log_sum_exp_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                         ConstValues output_adjoint, MutableValues input_adjoint);
void log_sum_exp_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                         ConstValues output_adjoint, MutableValues input_adjoint);

}  // namespace shoal::kernels
