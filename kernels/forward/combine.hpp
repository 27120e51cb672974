// SPDX-License-Identifier: MIT
// Sums and products of two layers' values: residual connections, and gates such as squeeze-and-excitation.
#pragma once

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// output = activation(a + b) or activation(a * b), element by element. `a` and `b` have the output's positions or one,
// and its channels or one: that one counts for all. The output may be the memory of an input of its shape.
void combine(CpuSpace const& space, Combination combination, ConstValues a, ConstValues b, MutableValues output,
             Activation activation = Activation::linear, float alpha = 1.0F);
void combine(CudaSpace const& space, Combination combination, ConstValues a, ConstValues b, MutableValues output,
             Activation activation = Activation::linear, float alpha = 1.0F);

}  // namespace shoal::kernels
