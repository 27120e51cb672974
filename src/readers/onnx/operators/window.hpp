// SPDX-License-Identifier: MIT
// What convolutions and pooling of ONNX share: a window that moves along one axis of the sequence, in one dimension, or
// in two of which one has a single element.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

// One spatial axis's share of the attributes.
struct OnnxWindow {
  std::int64_t width = 1, stride = 1, dilation = 1, begin = 0, end = 0, output_padding = 0;
};

// The window along spatial axis `index` of `spatial`. Errors: input, for impossible attributes.
OnnxWindow onnx_window(OnnxCall const& call, std::size_t spatial, std::size_t index, std::int64_t width);

// Whether it reads only the axis's own elements, one at a time.
bool is_trivial(OnnxWindow const& window);

// How a windowed operator reads its input: as a matrix of positions and channels.
struct WindowedInput {
  OnnxView matrix;
  std::size_t along = 1;  // the view's axis along which the window moves
  OnnxWindow window;
};

// Every spatial axis except one must have a single element and a window of one. `widths` are the kernel's, or none.
WindowedInput read_windowed(OnnxCall const& call, std::vector<std::int64_t> const& widths);

// The result's view: channels where they were, positions along the window's axis.
OnnxView windowed_result(OnnxCall const& call, int node, std::size_t rank, std::size_t along);

// Sets padding, pad_left and pad_right of a layer from auto_pad and pads; `length` positions are read.
void set_onnx_padding(OnnxCall const& call, OnnxWindow const& window, std::int64_t length, auto& layer) {
  std::string const rule = call.text("auto_pad", "NOTSET");
  if (rule == "SAME_UPPER") {
    layer.padding = network::Padding::same;
  } else if (rule == "SAME_LOWER") {
    std::int64_t const extent = (window.width - 1) * window.dilation + 1;
    std::int64_t const positions = (length + window.stride - 1) / window.stride;
    std::int64_t const padding = std::max<std::int64_t>((positions - 1) * window.stride + extent - length, 0);
    layer.padding = network::Padding::counted;
    layer.pad_right = padding / 2;
    layer.pad_left = padding - layer.pad_right;
  } else if (rule == "NOTSET" && (window.begin != 0 || window.end != 0)) {
    layer.padding = network::Padding::counted;
    layer.pad_left = window.begin;
    layer.pad_right = window.end;
  } else if (rule != "NOTSET" && rule != "VALID") {
    call.refuse(fmt::format("unknown auto_pad {}", shoal::quoted(rule)));
  }
}

}  // namespace shoal::readers
