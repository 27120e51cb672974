// SPDX-License-Identifier: MIT
#include "readers/onnx/operators/window.hpp"

namespace shoal::readers {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 30;

std::int64_t element(OnnxCall const& call, std::string_view name, std::size_t spatial, std::size_t index,
                     std::size_t pieces, std::int64_t fallback) {
  std::vector<std::int64_t> const list = call.integers(name);
  if (list.empty()) return fallback;
  if (list.size() != spatial * pieces) {
    call.refuse(
        fmt::format("its attribute '{}' has {} numbers where {} are expected", name, list.size(), spatial * pieces));
  }
  if (list[index] < 0 || list[index] > largest) call.refuse(fmt::format("its attribute '{}' is impossible", name));
  return list[index];
}

}  // namespace

OnnxWindow onnx_window(OnnxCall const& call, std::size_t spatial, std::size_t index, std::int64_t width) {
  OnnxWindow window;
  window.width = element(call, "kernel_shape", spatial, index, 1, width);
  window.stride = element(call, "strides", spatial, index, 1, 1);
  window.dilation = element(call, "dilations", spatial, index, 1, 1);
  window.begin = element(call, "pads", spatial, index, 2, 0);
  window.end = element(call, "pads", spatial, spatial + index, 2, 0);
  window.output_padding = element(call, "output_padding", spatial, index, 1, 0);
  if (window.width < 1 || window.stride < 1 || window.dilation < 1) call.refuse("its window is empty");
  return window;
}

bool is_trivial(OnnxWindow const& window) {
  return window.width == 1 && window.stride == 1 && window.begin == 0 && window.end == 0 && window.output_padding == 0;
}

WindowedInput read_windowed(OnnxCall const& call, std::vector<std::int64_t> const& widths) {
  OnnxView const& view = call.view(0);
  std::size_t const spatial = view.axes.empty() ? 0 : view.axes.size() - 1;
  if (spatial < 1 || spatial > 2 || (!widths.empty() && widths.size() != spatial)) {
    call.refuse("only one dimension is supported, or two of which one has a single element");
  }
  WindowedInput reading{{}, 1, {}};
  std::size_t found = 0;
  for (std::size_t i = 0; i < spatial; ++i) {
    OnnxWindow const window = onnx_window(call, spatial, i, widths.empty() ? 1 : widths[i]);
    bool const single = call.graph().extent(view, i + 1) == 1 && is_trivial(window);
    if (single && (i + 1 < spatial || found > 0)) continue;
    ++found;
    reading.along = i + 1;
    reading.window = window;
  }
  if (found > 1) call.refuse("it works along two axes of more than one element");
  reading.matrix = call.graph().as_matrix(view, 0);
  bool const is_alone =
      call.graph().extent(view, reading.along) == call.graph().node(reading.matrix.node).shape.positions;
  if (!is_alone) call.refuse("another axis than that of its window has more than one element");
  return reading;
}

OnnxView windowed_result(OnnxCall const& call, int node, std::size_t rank, std::size_t along) {
  OnnxView view{node, std::vector<OnnxAxis>(rank)};
  view.axes[0] = {network::Axis::channels};
  view.axes[along] = {network::Axis::positions};
  return call.graph().tidy(std::move(view));
}

}  // namespace shoal::readers
