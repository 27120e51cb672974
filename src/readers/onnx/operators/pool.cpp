// SPDX-License-Identifier: MIT
// ONNX's pooling: in windows, dilated or not, and over the whole sequence.
#include <limits>

#include "readers/onnx/operators/window.hpp"

namespace shoal::readers {

namespace {

// Where the windows of a dilated pooling lie.
struct DilatedWindows {
  std::int64_t left = 0, count = 0;
};

DilatedWindows dilated_windows(OnnxCall const& call, OnnxWindow const& window, std::int64_t length) {
  std::int64_t const extent = (window.width - 1) * window.dilation + 1;
  network::Pool padding;
  set_onnx_padding(call, window, length, padding);
  if (padding.padding == network::Padding::same) {
    std::int64_t const count = (length + window.stride - 1) / window.stride;
    return {std::max<std::int64_t>((count - 1) * window.stride + extent - length, 0) / 2, count};
  }
  bool const round_up = call.integer("ceil_mode", 0) != 0;
  std::int64_t const padded = length + padding.pad_left + padding.pad_right;
  if (padded < extent) call.refuse("its window is longer than its input");
  std::int64_t count = (padded - extent + (round_up ? window.stride - 1 : 0)) / window.stride + 1;
  if (round_up && (count - 1) * window.stride >= length + padding.pad_left) --count;
  return {padding.pad_left, count};
}

void require_elements(OnnxCall const& call, OnnxWindow const& window, DilatedWindows const& windows,
                      std::int64_t length) {
  for (std::int64_t u = 0; u < windows.count; ++u) {
    bool found = false;
    for (std::int64_t k = 0; k < window.width && !found; ++k) {
      std::int64_t const t = u * window.stride + k * window.dilation - windows.left;
      found = t >= 0 && t < length;
    }
    if (!found) call.refuse("a window of it reads nothing but padding");
  }
}

// Every `dilation`-th position becomes a position, and the positions between them channels: a window of neighbours
// there is a dilated one here. All of them are computed, and every `stride`-th is taken.
int dilated_pool(OnnxCall const& call, OnnxWindow const& window, int node, network::PoolKind kind) {
  network::Shape const input = call.graph().node(node).shape;
  DilatedWindows const windows = dilated_windows(call, window, input.positions);
  std::int64_t const extent = (window.width - 1) * window.dilation + 1;
  std::int64_t const read = std::max((windows.count - 1) * window.stride + extent, windows.left + input.positions);
  std::int64_t const rows = (read + window.dilation - 1) / window.dilation;
  bool const is_padded = windows.left > 0 || (windows.count - 1) * window.stride + extent > input.positions;
  if (kind == network::PoolKind::average && is_padded) call.refuse("a dilated mean over padding is not supported");
  require_elements(call, window, windows, input.positions);
  network::Pad const padding{windows.left, rows * window.dilation - windows.left - input.positions,
                             kind == network::PoolKind::max ? std::numeric_limits<float>::lowest() : 0.0F};
  if (padding.left > 0 || padding.right > 0) node = call.add(padding, {node}, "padded");
  node = call.add(network::Reshape{{rows, window.dilation * input.channels}}, {node}, "phases");
  node = call.add(network::Pool{.kind = kind, .width = window.width, .stride = 1}, {node}, "pooled");
  std::int64_t const positions = call.graph().node(node).shape.positions * window.dilation;
  node = call.add(network::Reshape{{positions, input.channels}}, {node}, "joined");
  network::Slice const taken{.axis = network::Axis::positions,
                             .start = 0,
                             .count = windows.count,
                             .step = windows.count > 1 ? window.stride : 1};
  return call.add(taken, {node});
}

template <network::PoolKind Kind>
std::vector<OnnxOperand> make_pool(OnnxCall const& call) {
  if (!call.has_attribute("kernel_shape")) call.refuse("its attribute 'kernel_shape' is missing");
  if (call.output_count() > 1) call.refuse("its second output (the maxima's places) is not supported");
  WindowedInput const reading = read_windowed(call, {});
  std::size_t const rank = reading.matrix.axes.size();
  if (reading.window.dilation != 1 && reading.window.width > 1) {
    return {windowed_result(call, dilated_pool(call, reading.window, reading.matrix.node, Kind), rank, reading.along)};
  }
  network::Pool layer{.kind = Kind, .width = reading.window.width, .stride = reading.window.stride};
  set_onnx_padding(call, reading.window, call.graph().node(reading.matrix.node).shape.positions, layer);
  layer.round_up = call.integer("ceil_mode", 0) != 0;
  layer.count_padding = Kind == network::PoolKind::average && call.integer("count_include_pad", 0) != 0;
  return {windowed_result(call, call.add(layer, {reading.matrix.node}), rank, reading.along)};
}

template <network::PoolKind Kind>
std::vector<OnnxOperand> make_global_pool(OnnxCall const& call) {
  if (call.view(0).axes.size() < 2) call.refuse("its input has no positions");
  OnnxView const matrix = call.graph().as_matrix(call.view(0), 0);
  return {windowed_result(call, call.add(network::GlobalPool{Kind}, {matrix.node}), matrix.axes.size(),
                          matrix.axes.size() - 1)};
}

}  // namespace

void add_pool_operators(OnnxMakers& makers) {
  makers["MaxPool"] = make_pool<network::PoolKind::max>;
  makers["AveragePool"] = make_pool<network::PoolKind::average>;
  makers["GlobalMaxPool"] = make_global_pool<network::PoolKind::max>;
  makers["GlobalAveragePool"] = make_global_pool<network::PoolKind::average>;
}

}  // namespace shoal::readers
