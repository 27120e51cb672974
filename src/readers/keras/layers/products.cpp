// SPDX-License-Identifier: MIT
// Keras's convolutions and dense layers.
#include <fmt/core.h>

#include "readers/keras/graph/making.hpp"
#include "readers/keras/layers/window.hpp"

namespace shoal::readers {

namespace {

// "causal" pads on the left only, so that no value depends on what follows it.
void set_padding(KerasOptions const& options, network::Conv1D& layer) {
  if (options.text({"padding", "border_mode"}, "valid") == "causal") {
    layer.padding = network::Padding::counted;
    layer.pad_left = (layer.width - 1) * layer.dilation;
  } else {
    layer.padding = padding_of(options);
  }
}

network::Conv1D moved_over(Making const& making, KerasWindow const& window) {
  network::Conv1D made;
  made.width = window.width;
  made.stride = window.stride;
  made.dilation = window.dilation;
  set_padding(making.options, made);
  return made;
}

// The kernel's shape in its file: the extents of the window, then these.
std::vector<std::int64_t> stored_shape(KerasWindow const& window, std::vector<std::int64_t> const& inner) {
  std::vector<std::int64_t> shape = window.extents;
  shape.insert(shape.end(), inner.begin(), inner.end());
  return shape;
}

bool has_bias(Making const& making) {
  return making.options.flag({"use_bias", "bias"}, true);
}

std::vector<TensorView> finished(Making const& making, KerasWindow const& window, network::Layer made, int from) {
  return {making.activated(window.result(making, making.add(std::move(made), {from})))};
}

std::vector<TensorView> make_convolution(Making const& making) {
  KerasWindow const window = keras_convolution_window(making);
  network::Conv1D made = moved_over(making, window);
  made.filters = making.options.size({"filters", "nb_filter"});
  made.groups = making.options.size({"groups"}, 1);
  std::vector<ExpectedWeight> expected = {
      {"kernel", "W", stored_shape(window, {making.channels() / made.groups, made.filters})}};
  if (has_bias(making)) expected.push_back({"bias", "b", {made.filters}});
  auto taken = making.weights.take(making.layer, expected);
  made.kernel = window.line(taken[0]);
  if (has_bias(making)) made.bias = std::move(taken[1]);
  return finished(making, window, std::move(made), window.matrix.node);
}

std::vector<TensorView> make_dense(Making const& making) {
  network::Dense made;
  made.units = making.options.size({"units", "output_dim"});
  std::vector<ExpectedWeight> expected = {{"kernel", "W", {making.channels(), made.units}}};
  if (has_bias(making)) expected.push_back({"bias", "b", {made.units}});
  TensorView result = making.matrix();
  auto taken = making.weights.take(making.layer, expected);
  made.kernel = std::move(taken[0]);
  if (has_bias(making)) made.bias = std::move(taken[1]);
  result.node = making.add(std::move(made), {result.node});
  result.axes.back() = {network::Axis::channels};
  return {making.activated(making.graph.tidy(std::move(result)))};
}

// The depthwise convolution of DepthwiseConv1D and SeparableConv1D: every channel has `multiplier` filters of its own.
network::Conv1D depthwise_part(Making const& making, KerasWindow const& window, std::int64_t multiplier) {
  network::Conv1D made = moved_over(making, window);
  making.options.require_real({"groups"}, 1);
  made.groups = making.channels();
  made.filters = made.groups * multiplier;
  return made;
}

std::vector<TensorView> make_depthwise(Making const& making) {
  KerasWindow const window = keras_convolution_window(making);
  std::int64_t const multiplier = making.options.size({"depth_multiplier"}, 1);
  network::Conv1D made = depthwise_part(making, window, multiplier);
  bool const is_plane = window.extents.size() == 2;
  std::vector<ExpectedWeight> expected = {
      {is_plane ? "depthwise_kernel" : "kernel", "kernel", stored_shape(window, {made.groups, multiplier})}};
  if (has_bias(making)) expected.push_back({"bias", "bias", {made.filters}});
  auto taken = making.weights.take(making.layer, expected);
  made.kernel = window.line(taken[0]);
  if (has_bias(making)) made.bias = std::move(taken[1]);
  return finished(making, window, std::move(made), window.matrix.node);
}

std::vector<TensorView> make_separable(Making const& making) {
  KerasWindow const window = keras_convolution_window(making);
  std::int64_t const multiplier = making.options.size({"depth_multiplier"}, 1);
  network::Conv1D depthwise = depthwise_part(making, window, multiplier);
  network::Conv1D pointwise;
  pointwise.filters = making.options.size({"filters"});
  pointwise.width = 1;
  std::vector<std::int64_t> point(window.extents.size(), 1);
  point.insert(point.end(), {depthwise.filters, pointwise.filters});
  std::vector<ExpectedWeight> expected = {
      {"depthwise_kernel", "depthwise_kernel", stored_shape(window, {depthwise.groups, multiplier})},
      {"pointwise_kernel", "pointwise_kernel", point}};
  if (has_bias(making)) expected.push_back({"bias", "bias", {pointwise.filters}});
  auto taken = making.weights.take(making.layer, expected);
  depthwise.kernel = window.line(taken[0]);
  pointwise.kernel = std::move(taken[1]);
  if (has_bias(making)) pointwise.bias = std::move(taken[2]);
  int const first = making.add(std::move(depthwise), {window.matrix.node}, "first");
  return finished(making, window, std::move(pointwise), first);
}

std::vector<TensorView> make_transposed(Making const& making) {
  KerasOptions const& options = making.options;
  if (options.has({"output_padding"})) options.refuse("option 'output_padding' is not supported");
  options.require_real({"groups"}, 1);
  KerasWindow const window = keras_convolution_window(making);
  if (window.extents.size() == 2 && window.extents[1 - window.along] != 1) {
    options.refuse("its kernel works along two axes");
  }
  network::ConvTranspose1D made;
  made.filters = options.size({"filters"});
  made.width = window.width;
  made.stride = window.stride;
  made.dilation = window.dilation;
  made.padding = padding_of(options);
  std::int64_t const channels = making.channels();
  std::vector<ExpectedWeight> expected = {{"kernel", "kernel", stored_shape(window, {made.filters, channels})}};
  if (has_bias(making)) expected.push_back({"bias", "bias", {made.filters}});
  auto taken = making.weights.take(making.layer, expected);
  // Keras stores [width, filters, channels].
  made.kernel.resize(taken[0].size());
  for (std::size_t i = 0; i < taken[0].size(); ++i) {
    auto const filters = static_cast<std::size_t>(made.filters), in = static_cast<std::size_t>(channels);
    std::size_t const k = i / (filters * in), f = i / in % filters, c = i % in;
    made.kernel[(k * in + c) * filters + f] = taken[0][i];
  }
  if (has_bias(making)) made.bias = std::move(taken[1]);
  return finished(making, window, std::move(made), window.matrix.node);
}

// Repeats every position `size` times: a transposed convolution with ones.
std::vector<TensorView> make_up_sampling(Making const& making) {
  TensorView const matrix = making.sequence();
  if (making.options.text({"interpolation"}, "nearest") != "nearest")
    making.options.refuse("only nearest is supported");
  network::ConvTranspose1D made;
  made.filters = made.groups = making.channels();
  made.width = made.stride = making.options.size({"size", "length"}, 2);
  made.kernel.assign(static_cast<std::size_t>(made.width * made.filters), 1.0F);
  return {making.value(making.add(std::move(made), {matrix.node}))};
}

}  // namespace

void add_keras_products(KerasMakers& makers) {
  for (std::string_view const name :
       {"Conv1D", "Conv2D", "Convolution1D", "Convolution2D", "AtrousConvolution1D", "AtrousConvolution2D"}) {
    makers[name] = make_convolution;
  }
  // Concise's convolutions over the four bases.
  makers["ConvDNA"] = makers["ConvRNA"] = {make_convolution, KerasArguments::one, true};
  makers["Dense"] = make_dense;
  makers["DepthwiseConv1D"] = makers["DepthwiseConv2D"] = make_depthwise;
  makers["SeparableConv1D"] = makers["SeparableConvolution1D"] = makers["SeparableConv2D"] =
      makers["SeparableConvolution2D"] = make_separable;
  makers["Conv1DTranspose"] = makers["Conv2DTranspose"] = make_transposed;
  makers["UpSampling1D"] = make_up_sampling;
}

}  // namespace shoal::readers
