// SPDX-License-Identifier: MIT
// Keras's convolutions and dense layers.
#include <fmt/core.h>

#include "model/keras_making.hpp"

namespace shoal::model {

namespace {

// "causal" pads on the left alone, so that no value depends on what follows it.
void set_padding(KerasOptions const& options, Conv1D& layer) {
  if (options.text({"padding", "border_mode"}, "valid") == "causal") {
    layer.padding = Padding::counted;
    layer.pad_left = (layer.width - 1) * layer.dilation;
  } else {
    layer.padding = padding_of(options);
  }
}

MadeLayer make_convolution(Making const& making) {
  require_positions(making);
  KerasOptions const& options = making.options;
  Conv1D made;
  made.filters = options.size({"filters", "nb_filter"});
  made.width = options.size({"kernel_size", "filter_length"});
  made.stride = options.size({"strides", "subsample_length"}, 1);
  made.dilation = options.size({"dilation_rate"}, 1);
  made.groups = options.size({"groups"}, 1);
  set_padding(options, made);
  std::int64_t const channels = making.input.shape.channels / made.groups;
  std::vector<ExpectedWeight> expected = {{"kernel", "W", {made.width, channels, made.filters}}};
  bool const bias = options.flag({"use_bias", "bias"}, true);
  if (bias) expected.push_back({"bias", "b", {made.filters}});
  auto taken = making.weights.take(making.layer, expected);
  made.kernel = std::move(taken[0]);
  if (bias) made.bias = std::move(taken[1]);
  return {std::move(made), true, activation_named(options)};
}

MadeLayer make_dense(Making const& making) {
  KerasOptions const& options = making.options;
  Dense made;
  made.units = options.size({"units", "output_dim"});
  std::vector<ExpectedWeight> expected = {{"kernel", "W", {making.input.shape.channels, made.units}}};
  bool const bias = options.flag({"use_bias", "bias"}, true);
  if (bias) expected.push_back({"bias", "b", {made.units}});
  auto taken = making.weights.take(making.layer, expected);
  made.kernel = std::move(taken[0]);
  if (bias) made.bias = std::move(taken[1]);
  return {std::move(made), making.input.has_positions, activation_named(options)};
}

// The depthwise convolution of DepthwiseConv1D and SeparableConv1D: every channel has `multiplier` filters of its own.
Conv1D depthwise_part(Making const& making, std::int64_t multiplier) {
  require_positions(making);
  Conv1D made;
  made.groups = making.input.shape.channels;
  made.filters = made.groups * multiplier;
  made.width = making.options.size({"kernel_size"});
  made.stride = making.options.size({"strides"}, 1);
  made.dilation = making.options.size({"dilation_rate"}, 1);
  set_padding(making.options, made);
  return made;
}

MadeLayer make_depthwise(Making const& making) {
  std::int64_t const multiplier = making.options.size({"depth_multiplier"}, 1);
  Conv1D made = depthwise_part(making, multiplier);
  std::vector<ExpectedWeight> expected = {{"kernel", "kernel", {made.width, made.groups, multiplier}}};
  bool const bias = making.options.flag({"use_bias"}, true);
  if (bias) expected.push_back({"bias", "bias", {made.filters}});
  auto taken = making.weights.take(making.layer, expected);
  made.kernel = std::move(taken[0]);
  if (bias) made.bias = std::move(taken[1]);
  return {std::move(made), true, activation_named(making.options)};
}

MadeLayer make_separable(Making const& making) {
  std::int64_t const multiplier = making.options.size({"depth_multiplier"}, 1);
  Conv1D depthwise = depthwise_part(making, multiplier);
  Conv1D pointwise;
  pointwise.filters = making.options.size({"filters"});
  pointwise.width = 1;
  std::vector<ExpectedWeight> expected = {
      {"depthwise_kernel", "depthwise_kernel", {depthwise.width, depthwise.groups, multiplier}},
      {"pointwise_kernel", "pointwise_kernel", {1, depthwise.filters, pointwise.filters}}};
  bool const bias = making.options.flag({"use_bias"}, true);
  if (bias) expected.push_back({"bias", "bias", {pointwise.filters}});
  auto taken = making.weights.take(making.layer, expected);
  depthwise.kernel = std::move(taken[0]);
  pointwise.kernel = std::move(taken[1]);
  if (bias) pointwise.bias = std::move(taken[2]);
  return {std::move(pointwise), true, activation_named(making.options), std::move(depthwise)};
}

MadeLayer make_transposed(Making const& making) {
  require_positions(making);
  KerasOptions const& options = making.options;
  if (options.has({"output_padding"})) options.refuse("option 'output_padding' is not supported");
  ConvTranspose1D made;
  made.filters = options.size({"filters"});
  made.width = options.size({"kernel_size"});
  made.stride = options.size({"strides"}, 1);
  made.dilation = options.size({"dilation_rate"}, 1);
  made.padding = padding_of(options);
  std::int64_t const channels = making.input.shape.channels;
  std::vector<ExpectedWeight> expected = {{"kernel", "kernel", {made.width, made.filters, channels}}};
  bool const bias = options.flag({"use_bias"}, true);
  if (bias) expected.push_back({"bias", "bias", {made.filters}});
  auto taken = making.weights.take(making.layer, expected);
  // Keras stores [width, filters, channels].
  made.kernel.resize(taken[0].size());
  for (std::size_t i = 0; i < taken[0].size(); ++i) {
    auto const filters = static_cast<std::size_t>(made.filters), in = static_cast<std::size_t>(channels);
    std::size_t const k = i / (filters * in), f = i / in % filters, c = i % in;
    made.kernel[(k * in + c) * filters + f] = taken[0][i];
  }
  if (bias) made.bias = std::move(taken[1]);
  return {std::move(made), true, activation_named(options)};
}

// Every position `size` times: a transposed convolution of ones.
MadeLayer make_up_sampling(Making const& making) {
  require_positions(making);
  ConvTranspose1D made;
  made.filters = made.groups = making.input.shape.channels;
  made.width = made.stride = making.options.size({"size", "length"}, 2);
  made.kernel.assign(static_cast<std::size_t>(made.width * made.filters), 1.0F);
  return {std::move(made)};
}

}  // namespace

void add_keras_products(KerasMakers& makers) {
  makers["Conv1D"] = make_convolution;
  makers["Convolution1D"] = make_convolution;
  makers["Dense"] = make_dense;
  makers["DepthwiseConv1D"] = make_depthwise;
  makers["SeparableConv1D"] = make_separable;
  makers["SeparableConvolution1D"] = make_separable;
  makers["Conv1DTranspose"] = make_transposed;
  makers["UpSampling1D"] = make_up_sampling;
}

}  // namespace shoal::model
