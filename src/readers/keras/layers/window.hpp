// SPDX-License-Identifier: MIT
// How a windowed Keras layer of one or two spatial axes moves along one line of positions.
#pragma once

#include <cstdint>
#include <vector>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

// Two spatial axes are a line where one of them has a single element, or where the window covers it whole: the bases
// of an input [length, 4, 1], which are then the channels.
struct KerasWindow {
  TensorView matrix;      // positions that the window moves over
  std::size_t along = 0;  // axis that it moves along
  std::int64_t width = 1, stride = 1, dilation = 1;
  std::vector<std::int64_t> extents;     // extents of the kernel, in its file, along the spatial axes
  std::int64_t first_tap = 0, taps = 1;  // taps of the other spatial axis that meet an element

  // The layer's result: channels last, positions along `along`.
  TensorView result(Making const& making, int node) const;
  // A kernel [extents…, inner] as [width, taps, inner].
  std::vector<float> line(std::vector<float> const& kernel) const;
};

// Errors: input: another number of axes, options that are no window, two axes to move along.
KerasWindow keras_convolution_window(Making const& making);
KerasWindow keras_pool_window(Making const& making);

}  // namespace shoal::readers
