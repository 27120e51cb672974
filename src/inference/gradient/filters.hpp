// SPDX-License-Identifier: MIT
// Filters of convolutions for both directions: a convolution backwards is a convolution with other filters.
#pragma once

#include <vector>

#include "inference/gradient/gradient_program.hpp"

namespace shoal::inference {

// A convolution from `channels` to `filters`, or a transposed one; `padding` rows of zeros before position 0, or rows
// cut off there.
struct ConvolutionGeometry {
  std::int64_t channels = 0, filters = 0, width = 0, stride = 1, dilation = 1, padding = 0, groups = 1;
};

// The convolutions of a gradient are computed in parts of whole taps, with chains of at most so many terms, or of one
// tap, because chains lose digits with their length. Forwards, a profile's softmax and DeepLIFT's quotients magnify
// that: the head of a BPNet as one chain of 1,600 terms put its saliency map off by 2e-6 of the largest value, and its
// DeepSHAP map by 9e-6.
inline constexpr std::int64_t longest_forward_chain = 128;
inline constexpr std::int64_t longest_backward_chain = 2048;

// kernel [width, channels, filters] as [width, filters, channels].
std::vector<float> with_channels_exchanged(std::vector<float> const& kernel, std::int64_t width, std::int64_t channels,
                                           std::int64_t filters);

// Forwards y[t] = sum over k of x[t * stride + k * dilation - padding] * W[k]; backwards the convolution of the spread
// adjoint of y with W, its taps in reverse and its channels exchanged. `kernel` is [width, channels / groups, filters].
// Appends the filters to `weights`.
ConvolvePair convolution_pair(device::Backend const& backend, ConvolutionGeometry const& geometry,
                              std::vector<float> const& kernel, std::vector<float> const& bias,
                              std::vector<float>& weights);

// Forwards y[p] = sum over t, k with t * stride + k * dilation - padding = p of x[t] * W[k]: the convolution of the
// spread input with W's taps in reverse; backwards the convolution with W, its channels exchanged.
ConvolvePair transposed_convolution_pair(device::Backend const& backend, ConvolutionGeometry const& geometry,
                                         std::vector<float> const& kernel, std::vector<float> const& bias,
                                         std::vector<float>& weights);

}  // namespace shoal::inference
