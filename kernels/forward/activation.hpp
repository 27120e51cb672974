// SPDX-License-Identifier: MIT
// Element-wise layers, and reading single values.
#pragma once

#include <cstdint>

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// output = activation(input). `input` and `output` have one shape and may be the same memory. The relative error
// against exact arithmetic at most 1e-6 (gelu_erf and erf: 2e-6; gelu_tanh and gelu_sigmoid: 1e-6 of |x|); overflow,
// infinities and NaN as in the C library.
void activate(CpuSpace const& space, ConstValues input, Activation activation, float alpha, MutableValues output);
void activate(CudaSpace const& space, ConstValues input, Activation activation, float alpha, MutableValues output);

// output[s, t, c] = activation(fma(input[s, t, c], scale[c], shift[c])): a batch normalisation that no layer could
// absorb. `input` and `output` have one shape and may be the same memory.
void scale_shift(CpuSpace const& space, ConstValues input, float const* scale, float const* shift, MutableValues output,
                 Activation activation = Activation::linear, float alpha = 1.0F);
void scale_shift(CudaSpace const& space, ConstValues input, float const* scale, float const* shift,
                 MutableValues output, Activation activation = Activation::linear, float alpha = 1.0F);

// column[s * stride] = input.data[s * input.stride + element]: one number per sequence, from anywhere in its value.
void take_element(CpuSpace const& space, ConstValues input, std::int64_t element, float* column, std::int64_t stride);
void take_element(CudaSpace const& space, ConstValues input, std::int64_t element, float* column, std::int64_t stride);

}  // namespace shoal::kernels
