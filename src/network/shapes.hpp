// SPDX-License-Identifier: MIT
// Lengths and padding of sliding windows, and the shape of every layer's value.
#pragma once

#include <cstdint>
#include <span>

#include "network/network.hpp"

namespace shoal::network {

// A window of `width` taps, `dilation` apart, moved by `stride` along a sequence.
struct Sliding {
  std::int64_t positions = 0;  // positions at which it stops; 0 when the sequence is shorter than the window
  std::int64_t pad_left = 0;   // positions outside the sequence before its first stop's first tap
};

// Keras's convolution arithmetic, E = (width - 1) * dilation + 1 being the window's extent:
//   valid: positions = floor((length - E) / stride) + 1, no padding;
//   same:  positions = ceil(length / stride), padding max((positions - 1) * stride + E - length, 0) in all, of which
//          the left side gets half, rounded down.
Sliding slide(std::int64_t length, std::int64_t width, std::int64_t stride, std::int64_t dilation, Padding padding);

// The same for a layer's own options. Padding::counted: positions = floor((length + left + right - E) / stride) + 1; a
// Pool's round_up makes that a ceiling, without windows that begin after length + left (as PyTorch and ONNX).
Sliding slide(Conv1D const& layer, std::int64_t length);
Sliding slide(Pool const& layer, std::int64_t length);

// The result's positions, and how many of its unpadded positions are cut off on the left.
Sliding slide(ConvTranspose1D const& layer, std::int64_t length);

// Shape of a layer's value for inputs of these shapes. Errors: input, when a window is longer than its input, shapes do
// not fit together, the number of inputs is wrong, or constants and options do not fit the shape; the text names
// neither layer nor file.
Shape infer_shape(Layer const& layer, std::span<Shape const> inputs);
Shape infer_shape(Layer const& layer, Shape input);

}  // namespace shoal::network
