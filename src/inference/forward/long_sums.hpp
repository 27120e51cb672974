// SPDX-License-Identifier: MIT
// Convolutions whose sums are so long that float32 loses digits: they are computed in parts.
#pragma once

#include "inference/forward/program_builder.hpp"
#include "inference/forward/weights.hpp"

namespace shoal::inference {

// The longest chain of fused multiply-adds of one part. Chains of 38,400 terms were off by 1.1e-5 of the largest value.
inline constexpr std::int64_t longest_chain = 8192;

// Whether a convolution of values, not of packed codes, is computed in parts.
bool needs_parts(kernels::ConvolutionShape const& shape);

// Emits the convolution as several, each of a range of taps, and gives the value of shape `output`: every part's sum is
// added to that of the taps before it, the bias is in the first, and the activation follows the last. The order, and so
// the bits, are the same on every backend.
Operand emit_parts(ProgramBuilder& builder, kernels::ConvolutionShape const& shape, FoldedWeights const& weights,
                   network::Activate const& activate, Operand const& input, network::Shape output);

}  // namespace shoal::inference
