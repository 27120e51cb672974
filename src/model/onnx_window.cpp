// SPDX-License-Identifier: MIT
// ONNX operators that move a window along the sequence: convolutions and pooling, in one dimension or in two of which
// one has a single element.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "model/onnx_call.hpp"

namespace shoal::model {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 30;

// One spatial axis's share of the attributes.
struct Window {
  std::int64_t width = 1, stride = 1, dilation = 1, begin = 0, end = 0, output_padding = 0;
};

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

// The window along spatial axis `index` of `spatial`.
Window window_of(OnnxCall const& call, std::size_t spatial, std::size_t index, std::int64_t width) {
  Window window;
  window.width = element(call, "kernel_shape", spatial, index, 1, width);
  window.stride = element(call, "strides", spatial, index, 1, 1);
  window.dilation = element(call, "dilations", spatial, index, 1, 1);
  window.begin = element(call, "pads", spatial, index, 2, 0);
  window.end = element(call, "pads", spatial, spatial + index, 2, 0);
  window.output_padding = element(call, "output_padding", spatial, index, 1, 0);
  if (window.width < 1 || window.stride < 1 || window.dilation < 1) call.refuse("its window is empty");
  return window;
}

bool is_trivial(Window const& window) {
  return window.width == 1 && window.stride == 1 && window.begin == 0 && window.end == 0 && window.output_padding == 0;
}

// How a windowed operator reads its input: as a matrix of positions and channels.
struct Reading {
  OnnxView matrix;
  std::size_t along = 1;  // the view's axis that the window moves along
  Window window;
};

// Every spatial axis but one must have a single element and a window of one.
Reading read_along(OnnxCall const& call, std::vector<std::int64_t> const& widths) {
  OnnxView const& view = call.view(0);
  std::size_t const spatial = view.axes.empty() ? 0 : view.axes.size() - 1;
  if (spatial < 1 || spatial > 2 || (!widths.empty() && widths.size() != spatial)) {
    call.refuse("only one dimension is supported, or two of which one has a single element");
  }
  Reading reading{{}, 1, {}};
  std::size_t found = 0;
  for (std::size_t i = 0; i < spatial; ++i) {
    Window const window = window_of(call, spatial, i, widths.empty() ? 1 : widths[i]);
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

void set_padding(OnnxCall const& call, Window const& window, std::int64_t length, auto& layer) {
  std::string const rule = call.text("auto_pad", "NOTSET");
  if (rule == "SAME_UPPER") {
    layer.padding = Padding::same;
  } else if (rule == "SAME_LOWER") {
    std::int64_t const extent = (window.width - 1) * window.dilation + 1;
    std::int64_t const positions = (length + window.stride - 1) / window.stride;
    std::int64_t const padding = std::max<std::int64_t>((positions - 1) * window.stride + extent - length, 0);
    layer.padding = Padding::counted;
    layer.pad_right = padding / 2;
    layer.pad_left = padding - layer.pad_right;
  } else if (rule == "NOTSET" && (window.begin != 0 || window.end != 0)) {
    layer.padding = Padding::counted;
    layer.pad_left = window.begin;
    layer.pad_right = window.end;
  } else if (rule != "NOTSET" && rule != "VALID") {
    call.refuse(fmt::format("unknown auto_pad {}", shoal::quoted(rule)));
  }
}

// The result's view: channels where they were, positions along the window's axis.
OnnxView result_of(OnnxCall const& call, int node, std::size_t rank, std::size_t along) {
  OnnxView view{node, std::vector<OnnxAxis>(rank)};
  view.axes[0] = {Axis::channels};
  view.axes[along] = {Axis::positions};
  return call.graph().tidy(std::move(view));
}

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
// four bases: they are the channels. `bases`: their spatial axis.
std::optional<std::vector<OnnxOperand>> picture_convolution(OnnxCall const& call,
                                                            std::vector<std::int64_t> const& dims) {
  OnnxView const& view = call.view(0);
  if (view.axes.size() != 3 || dims[1] != 1 || call.graph().extent(view, 0) != 1) return std::nullopt;
  for (std::size_t bases = 0; bases < 2; ++bases) {
    std::int64_t const covered = dims[bases + 2], other = dims[3 - bases];
    Window const across = window_of(call, 2, bases, covered);
    bool const covers = covered > 1 && covered == call.graph().extent(view, bases + 1) && across.begin == 0 &&
                        across.end == 0 && call.text("auto_pad", "NOTSET") == "NOTSET";
    if (!covers) continue;
    OnnxView const matrix = call.graph().as_matrix(view, bases + 1);
    Window const window = window_of(call, 2, 1 - bases, other);
    Conv1D layer;
    layer.filters = dims[0];
    layer.width = other;
    layer.stride = window.stride;
    layer.dilation = window.dilation;
    set_padding(call, window, call.graph().node(matrix.node).shape.positions, layer);
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
    return {{result_of(call, call.add(std::move(layer), {matrix.node}), 3, 2 - bases)}};
  }
  return std::nullopt;
}

// A kernel of one tap: whatever the axes behind the channels are (attention pooling has windows and their positions).
std::optional<OnnxView> pointwise_convolution(OnnxCall const& call, std::vector<std::int64_t> const& dims) {
  bool is_pointwise = call.text("auto_pad", "NOTSET") == "NOTSET";
  for (std::size_t i = 0; i + 2 < dims.size(); ++i) {
    is_pointwise = is_pointwise && dims[i + 2] == 1 && is_trivial(window_of(call, dims.size() - 2, i, 1));
  }
  if (!is_pointwise) return std::nullopt;
  OnnxView matrix = call.graph().as_matrix(call.view(0), 0);
  Conv1D layer;
  layer.filters = dims[0];
  layer.width = 1;
  layer.groups = groups_of(call, call.graph().extent(call.view(0), 0));
  if (dims[1] != call.graph().extent(call.view(0), 0) / layer.groups) {
    call.refuse(fmt::format("its kernel reads {} channels", dims[1]));
  }
  set_bias(call, layer);
  layer.kernel = turned(call.floats(1), dims[0], dims[1], 1);
  matrix.node = call.add(std::move(layer), {matrix.node});
  matrix.axes[0] = {Axis::channels};
  return call.graph().tidy(std::move(matrix));
}

std::vector<OnnxOperand> make_convolution(OnnxCall const& call) {
  std::vector<std::int64_t> const dims = kernel_dims(call);
  if (dims.size() > 3) {
    if (auto pointwise = pointwise_convolution(call, dims)) return {*pointwise};
  }
  if (auto picture = picture_convolution(call, dims)) return *picture;
  Reading const reading = read_along(call, {dims.begin() + 2, dims.end()});
  Shape const input = call.graph().node(reading.matrix.node).shape;
  std::int64_t const width = dims[reading.along + 1];
  Conv1D layer;
  layer.filters = dims[0];
  layer.width = width;
  layer.stride = reading.window.stride;
  layer.dilation = reading.window.dilation;
  layer.groups = groups_of(call, input.channels);
  if (dims[1] != input.channels / layer.groups || reading.window.width != width) {
    call.refuse(fmt::format("its kernel reads {} channels of {} in {} groups", dims[1], input.channels, layer.groups));
  }
  set_padding(call, reading.window, input.positions, layer);
  set_bias(call, layer);
  layer.kernel = turned(call.floats(1), dims[0], dims[1], width);
  int const node = call.add(std::move(layer), {reading.matrix.node});
  return {result_of(call, node, reading.matrix.axes.size(), reading.along)};
}

std::vector<OnnxOperand> make_transposed_convolution(OnnxCall const& call) {
  std::vector<std::int64_t> const dims = kernel_dims(call);  // [channels, filters / groups, width]
  Reading const reading = read_along(call, {dims.begin() + 2, dims.end()});
  Shape const input = call.graph().node(reading.matrix.node).shape;
  std::int64_t const width = dims[reading.along + 1], share = dims[1];
  if (call.has_attribute("output_shape") || call.text("auto_pad", "NOTSET") != "NOTSET") {
    call.refuse("output_shape and auto_pad are not supported: export it with explicit pads");
  }
  ConvTranspose1D layer;
  layer.width = width;
  layer.stride = reading.window.stride;
  layer.dilation = reading.window.dilation;
  layer.padding = Padding::counted;
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
  return {result_of(call, node, reading.matrix.axes.size(), reading.along)};
}

template <PoolKind Kind>
std::vector<OnnxOperand> make_pool(OnnxCall const& call) {
  if (!call.has_attribute("kernel_shape")) call.refuse("its attribute 'kernel_shape' is missing");
  if (call.output_count() > 1) call.refuse("its second output (the maxima's places) is not supported");
  Reading const reading = read_along(call, {});
  if (reading.window.dilation != 1) call.refuse("dilated pooling is not supported");
  Pool layer{.kind = Kind, .width = reading.window.width, .stride = reading.window.stride};
  set_padding(call, reading.window, call.graph().node(reading.matrix.node).shape.positions, layer);
  layer.round_up = call.integer("ceil_mode", 0) != 0;
  layer.count_padding = Kind == PoolKind::average && call.integer("count_include_pad", 0) != 0;
  int const node = call.add(layer, {reading.matrix.node});
  return {result_of(call, node, reading.matrix.axes.size(), reading.along)};
}

template <PoolKind Kind>
std::vector<OnnxOperand> make_global_pool(OnnxCall const& call) {
  if (call.view(0).axes.size() < 2) call.refuse("its input has no positions");
  OnnxView const matrix = call.graph().as_matrix(call.view(0), 0);
  return {result_of(call, call.add(GlobalPool{Kind}, {matrix.node}), matrix.axes.size(), matrix.axes.size() - 1)};
}

}  // namespace

void add_window_operators(OnnxMakers& makers) {
  makers["Conv"] = make_convolution;
  makers["ConvTranspose"] = make_transposed_convolution;
  makers["MaxPool"] = make_pool<PoolKind::max>;
  makers["AveragePool"] = make_pool<PoolKind::average>;
  makers["GlobalMaxPool"] = make_global_pool<PoolKind::max>;
  makers["GlobalAveragePool"] = make_global_pool<PoolKind::average>;
}

}  // namespace shoal::model
