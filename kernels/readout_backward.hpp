// SPDX-License-Identifier: MIT
// Readouts backwards.
#pragma once

#include "kernels/readout.hpp"

namespace shoal::kernels {

// target(t, c) += weight * d r / d x[t, c] for the part of `input` that is read (same shape as target), r of every kind
// but `profile`: sum 1; mean 1 / positions; max 1 divided evenly among equal largest positions, else 0; the softmaxes
// p (1 + x - f) with f the sum of p x over what p is a softmax of; the centred ones, whose p counts as a constant, p
// minus 1 / the number of values that p is a softmax of; weighted w. Sums in double precision, rounded once.
void read_out_backward(CpuSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target);
void read_out_backward(CudaSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target);

}  // namespace shoal::kernels
