// SPDX-License-Identifier: MIT
// Operations on all positions or all channels together: reductions, softmax, layer normalisation.
#pragma once

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// All sums here are float64, in ascending index, and the results are rounded to float32 once: the same bits on both
// spaces.

// Reduces positions (output.positions = 1) or channels (output.channels = 1). log_sum_exp is m + log(sum of e^(x - m))
// with the maximum m.
void reduce(CpuSpace const& space, ConstValues input, Reduction reduction, Axis axis, MutableValues output);
void reduce(CudaSpace const& space, ConstValues input, Reduction reduction, Axis axis, MutableValues output);

// output = e^(x - m) / sum of e^(x - m) along the axis, m being its maximum. One shape; may be the same memory.
void softmax(CpuSpace const& space, ConstValues input, Axis axis, MutableValues output);
void softmax(CudaSpace const& space, ConstValues input, Axis axis, MutableValues output);

// output[s, t, c] = fma((x - mean) / sqrt(variance + epsilon), scale[c], shift[c]) with mean and biased variance of the
// position's channels, by two passes. One shape; may be the same memory.
void layer_norm(CpuSpace const& space, ConstValues input, float const* scale, float const* shift, float epsilon,
                MutableValues output);
void layer_norm(CudaSpace const& space, ConstValues input, float const* scale, float const* shift, float epsilon,
                MutableValues output);

}  // namespace shoal::kernels
