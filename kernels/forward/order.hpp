// SPDX-License-Identifier: MIT
// The largest elements along an axis: their values, and where the first of them is.
#pragma once

#include "kernels/layers.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// The elements along the axis in falling order (rising if `largest` is false), equal ones by their index; NaN counts as
// larger than every number. The output takes as many as its own axis has, beginning with the first.
void top_k(CpuSpace const& space, ConstValues input, Axis axis, bool largest, MutableValues output);
void top_k(CudaSpace const& space, ConstValues input, Axis axis, bool largest, MutableValues output);

// input_adjoint = output_adjoint where an element of the output comes from, 0 elsewhere.
void top_k_backward(CpuSpace const& space, ConstValues input, Axis axis, bool largest, ConstValues output_adjoint,
                    MutableValues input_adjoint);
void top_k_backward(CudaSpace const& space, ConstValues input, Axis axis, bool largest, ConstValues output_adjoint,
                    MutableValues input_adjoint);

// 1 at the first largest element along the axis, 0 elsewhere. One shape; not the same memory.
void hardmax(CpuSpace const& space, ConstValues input, Axis axis, MutableValues output);
void hardmax(CudaSpace const& space, ConstValues input, Axis axis, MutableValues output);

}  // namespace shoal::kernels
