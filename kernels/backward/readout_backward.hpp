// SPDX-License-Identifier: MIT
// Readouts, backwards: by their derivative, and by DeepLIFT's rescale rule.
#pragma once

#include "kernels/forward/readout.hpp"

namespace shoal::kernels {

// target(t, c) += weight * d r / d x[t, c] for the part of `input` that is read (same shape as target), r of every kind
// but `profile`: sum 1; mean 1 / positions; max 1 divided evenly among equal largest positions, else 0; the softmaxes
// p (1 + x - f) with f the sum of p x over what p is a softmax of; the centred ones, whose p counts as a constant, p
// minus 1 / the number of values that p is a softmax of; weighted w. Sums in double precision, rounded once.
void read_out_backward(CpuSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target);
void read_out_backward(CudaSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target);

// DeepLIFT's rescale rule: target(t, c) += weight * m[t, c] with the sum of m (input - reference) = r - r of the
// reference, for every kind but `profile` and the centred ones. Linear ones: as read_out_backward. Maximum: as
// max_pool_rescale (kernels/backward/pooling_backward.hpp). Softmaxes, the sum of p x: p by softmax_rescale
// (kernels/backward/along_axis_backward.hpp), the product by the mean of its two orders, (p + p0) / 2 for x and (x +
// x0) / 2 for p. In double precision, rounded once.
void read_out_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, ReadoutShape const& shape,
                      double weight, MutableValues target);
void read_out_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, ReadoutShape const& shape,
                      double weight, MutableValues target);

}  // namespace shoal::kernels
