// SPDX-License-Identifier: MIT
// ONNX's convolutions, in one dimension, or in two of which one has a single element.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "readers/onnx/operators/window.hpp"

namespace shoal::readers {

namespace {

std::vector<std::int64_t> kernel_dims(OnnxCall const& call) {
  std::vector<std::int64_t> const& dims = call.constant(1).dims;
  bool const sound = dims.size() == call.view(0).axes.size() + 1 && dims.size() >= 3 &&
                     std::all_of(dims.begin(), dims.end(), [](std::int64_t extent) { return extent > 0; });
  if (!sound) call.refuse("its kernel does not fit its input");
  return dims;
}

std::int64_t groups_of(OnnxCall const& call, std::int64_t channels) {
  std::int64_t const groups = call.integer("group", 1);
  if (groups < 1 || channels % groups != 0) call.refuse(fmt::format("{} groups of {} channels", groups, channels));
  return groups;
}

void set_bias(OnnxCall const& call, auto& layer) {
  if (call.has(2)) layer.bias = call.floats(2);
  if (!layer.bias.empty() && layer.bias.size() != static_cast<std::size_t>(layer.filters)) {
    call.refuse("its bias does not fit its kernel");
  }
}

// [filters, channels, width] → [width, channels, filters].
std::vector<float> turned(std::vector<float> const& kernel, std::int64_t filters, std::int64_t channels,
                          std::int64_t width) {
  std::vector<float> made(kernel.size());
  for (std::int64_t f = 0; f < filters; ++f) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t k = 0; k < width; ++k) {
        made[static_cast<std::size_t>((k * channels + c) * filters + f)] =
            kernel[static_cast<std::size_t>((f * channels + c) * width + k)];
      }
    }
  }
  return made;
}

// A two-dimensional kernel over a picture of the one-hot sequence, [1, 4, length] or [1, length, 4], that covers the
// four bases, which become the channels. `bases` is their spatial axis.
std::optional<std::vector<OnnxOperand>> picture_convolution(OnnxCall const& call,
                                                            std::vector<std::int64_t> const& dims) {
  OnnxView const& view = call.view(0);
  if (view.axes.size() != 3 || dims[1] != 1 || call.graph().extent(view, 0) != 1) return std::nullopt;
  for (std::size_t bases = 0; bases < 2; ++bases) {
    std::int64_t const covered = dims[bases + 2], other = dims[3 - bases];
    OnnxWindow const across = onnx_window(call, 2, bases, covered);
    bool const covers = covered > 1 && covered == call.graph().extent(view, bases + 1) && across.begin == 0 &&
                        across.end == 0 && call.text("auto_pad", "NOTSET") == "NOTSET";
    if (!covers) continue;
    OnnxView const matrix = call.graph().as_matrix(view, bases + 1);
    OnnxWindow const window = onnx_window(call, 2, 1 - bases, other);
    network::Conv1D layer;
    layer.filters = dims[0];
    layer.width = other;
    layer.stride = window.stride;
    layer.dilation = window.dilation;
    set_onnx_padding(call, window, call.graph().node(matrix.node).shape.positions, layer);
    set_bias(call, layer);
    std::vector<float> const& kernel = call.floats(1);
    layer.kernel.resize(kernel.size());
    for (std::int64_t f = 0; f < dims[0]; ++f) {
      for (std::int64_t c = 0; c < covered; ++c) {
        for (std::int64_t k = 0; k < other; ++k) {
          std::int64_t const from = bases == 0 ? (f * covered + c) * other + k : (f * other + k) * covered + c;
          layer.kernel[static_cast<std::size_t>((k * covered + c) * dims[0] + f)] =
              kernel[static_cast<std::size_t>(from)];
        }
      }
    }
    return {{windowed_result(call, call.add(std::move(layer), {matrix.node}), 3, 2 - bases)}};
  }
  return std::nullopt;
}

// A kernel of one tap, whatever the axes after the channels are (attention pooling has windows and their positions).
std::optional<OnnxView> pointwise_convolution(OnnxCall const& call, std::vector<std::int64_t> const& dims) {
  bool is_pointwise = call.text("auto_pad", "NOTSET") == "NOTSET";
  for (std::size_t i = 0; i + 2 < dims.size(); ++i) {
    is_pointwise = is_pointwise && dims[i + 2] == 1 && is_trivial(onnx_window(call, dims.size() - 2, i, 1));
  }
  if (!is_pointwise) return std::nullopt;
  OnnxView matrix = call.graph().as_matrix(call.view(0), 0);
  network::Conv1D layer;
  layer.filters = dims[0];
  layer.width = 1;
  layer.groups = groups_of(call, call.graph().extent(call.view(0), 0));
  if (dims[1] != call.graph().extent(call.view(0), 0) / layer.groups) {
    call.refuse(fmt::format("its kernel reads {} channels", dims[1]));
  }
  set_bias(call, layer);
  layer.kernel = turned(call.floats(1), dims[0], dims[1], 1);
  matrix.node = call.add(std::move(layer), {matrix.node});
  matrix.axes[0] = {network::Axis::channels};
  return call.graph().tidy(std::move(matrix));
}

std::vector<OnnxOperand> make_convolution(OnnxCall const& call) {
  std::vector<std::int64_t> const dims = kernel_dims(call);
  if (dims.size() > 3) {
    if (auto pointwise = pointwise_convolution(call, dims)) return {*pointwise};
  }
  if (auto picture = picture_convolution(call, dims)) return *picture;
  WindowedInput const reading = read_windowed(call, {dims.begin() + 2, dims.end()});
  network::Shape const input = call.graph().node(reading.matrix.node).shape;
  std::int64_t const width = dims[reading.along + 1];
  network::Conv1D layer;
  layer.filters = dims[0];
  layer.width = width;
  layer.stride = reading.window.stride;
  layer.dilation = reading.window.dilation;
  layer.groups = groups_of(call, input.channels);
  if (dims[1] != input.channels / layer.groups || reading.window.width != width) {
    call.refuse(fmt::format("its kernel reads {} channels of {} in {} groups", dims[1], input.channels, layer.groups));
  }
  set_onnx_padding(call, reading.window, input.positions, layer);
  set_bias(call, layer);
  layer.kernel = turned(call.floats(1), dims[0], dims[1], width);
  int const node = call.add(std::move(layer), {reading.matrix.node});
  return {windowed_result(call, node, reading.matrix.axes.size(), reading.along)};
}

std::vector<OnnxOperand> make_transposed_convolution(OnnxCall const& call) {
  std::vector<std::int64_t> const dims = kernel_dims(call);  // [channels, filters / groups, width]
  WindowedInput const reading = read_windowed(call, {dims.begin() + 2, dims.end()});
  network::Shape const input = call.graph().node(reading.matrix.node).shape;
  std::int64_t const width = dims[reading.along + 1], share = dims[1];
  if (call.has_attribute("output_shape") || call.text("auto_pad", "NOTSET") != "NOTSET") {
    call.refuse("output_shape and auto_pad are not supported: export it with explicit pads");
  }
  network::ConvTranspose1D layer;
  layer.width = width;
  layer.stride = reading.window.stride;
  layer.dilation = reading.window.dilation;
  layer.padding = network::Padding::counted;
  layer.groups = groups_of(call, input.channels);
  layer.filters = share * layer.groups;
  layer.pad_left = reading.window.begin;
  layer.pad_right = reading.window.end - reading.window.output_padding;
  if (dims[0] != input.channels)
    call.refuse(fmt::format("its kernel reads {} channels of {}", dims[0], input.channels));
  set_bias(call, layer);
  std::vector<float> const& kernel = call.floats(1);
  layer.kernel.resize(kernel.size());
  std::int64_t const group_channels = input.channels / layer.groups;
  for (std::int64_t c = 0; c < input.channels; ++c) {
    for (std::int64_t j = 0; j < share; ++j) {
      for (std::int64_t k = 0; k < width; ++k) {
        std::int64_t const filter = c / group_channels * share + j;
        layer.kernel[static_cast<std::size_t>((k * group_channels + c % group_channels) * layer.filters + filter)] =
            kernel[static_cast<std::size_t>((c * share + j) * width + k)];
      }
    }
  }
  int const node = call.add(std::move(layer), {reading.matrix.node});
  return {windowed_result(call, node, reading.matrix.axes.size(), reading.along)};
}

}  // namespace

void add_window_operators(OnnxMakers& makers) {
  makers["Conv"] = make_convolution;
  makers["ConvTranspose"] = make_transposed_convolution;
}

}  // namespace shoal::readers
