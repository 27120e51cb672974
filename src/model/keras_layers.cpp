// SPDX-License-Identifier: MIT
#include "model/keras_layers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::model {

namespace {

struct Making {
  KerasLayer const& layer;
  std::vector<KerasInput> const& inputs;
  KerasWeights& weights;
  KerasInput const& input = inputs.front();
  KerasOptions const& options = layer.options;
};

std::optional<Layer> activation_named(KerasOptions const& options) {
  // Keras's defaults: leaky ReLU's slope is 0.2 as a function, GELU is the exact one.
  static std::map<std::string, Layer, std::less<>> const known = {
      {"relu", Activate{Activation::relu, 1.0F}},         {"exponential", Activate{Activation::exponential, 1.0F}},
      {"exp", Activate{Activation::exponential, 1.0F}},   {"sigmoid", Activate{Activation::sigmoid, 1.0F}},
      {"softplus", Activate{Activation::softplus, 1.0F}}, {"tanh", Activate{Activation::tanh, 1.0F}},
      {"elu", Activate{Activation::elu, 1.0F}},           {"leaky_relu", Activate{Activation::leaky_relu, 0.2F}},
      {"relu6", Activate{Activation::capped_relu, 6.0F}}, {"gelu", Activate{Activation::gelu_erf, 1.0F}},
      {"silu", Activate{Activation::silu, 1.0F}},         {"swish", Activate{Activation::silu, 1.0F}},
      {"softsign", Activate{Activation::softsign, 1.0F}}, {"softmax", Softmax{}}};
  std::string const name = options.text({"activation"}, "linear");
  if (name == "linear") return std::nullopt;
  auto const found = known.find(name);
  if (found == known.end()) {
    std::vector<std::string> names = {"linear"};
    for (auto const& [each, layer] : known) names.push_back(each);
    options.refuse(fmt::format("unknown activation {}; known are {}", shoal::quoted(name), join(names, ", ")));
  }
  return found->second;
}

void require_positions(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  if (!making.input.has_positions) making.options.refuse("its input has no positions left");
}

Padding padding_of(KerasOptions const& options) {
  std::string const name = options.text({"padding", "border_mode"}, "valid");
  if (name == "same") return Padding::same;
  if (name != "valid")
    options.refuse(fmt::format("padding {} is not supported (valid and same are)", shoal::quoted(name)));
  return Padding::valid;
}

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

void require_channel_axis(Making const& making) {
  std::vector<std::int64_t> const axes = making.options.integers({"axis"});
  std::int64_t const last = making.input.has_positions ? 2 : 1;
  if (!axes.empty() && (axes.size() != 1 || (axes[0] != -1 && axes[0] != last))) {
    making.options.refuse("it normalises along another axis than the channels");
  }
  making.options.require_flag({"renorm"}, false);
  // Keras 1: mode 1 normalises each sequence by itself.
  if (making.options.real({"mode"}, 0) == 1) making.options.refuse("mode 1 is not supported");
}

MadeLayer make_batch_norm(Making const& making) {
  require_channel_axis(making);
  KerasOptions const& options = making.options;
  std::int64_t const channels = making.input.shape.channels;
  bool const scaled = options.flag({"scale"}, true), centred = options.flag({"center"}, true);
  double const epsilon = options.real({"epsilon"}, 1e-3);
  std::vector<ExpectedWeight> expected;
  if (scaled) expected.push_back({"gamma", "gamma", {channels}});
  if (centred) expected.push_back({"beta", "beta", {channels}});
  expected.push_back({"moving_mean", "running_mean", {channels}});
  expected.push_back({"moving_variance", "running_std", {channels}});
  auto const taken = making.weights.take(making.layer, expected);
  std::vector<float> const& mean = taken[taken.size() - 2];
  std::vector<float> const& variance = taken.back();
  BatchNorm made;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    double const spread = static_cast<double>(variance[c]) + epsilon;
    if (!(spread > 0)) options.refuse(fmt::format("its variance of channel {} is {}", c, variance[c]));
    double const scale = (scaled ? static_cast<double>(taken[0][c]) : 1.0) / std::sqrt(spread);
    double const shift = (centred ? static_cast<double>(taken[scaled ? 1 : 0][c]) : 0.0) - mean[c] * scale;
    made.scale.push_back(static_cast<float>(scale));
    made.shift.push_back(static_cast<float>(shift));
    if (!std::isfinite(made.scale.back()) || !std::isfinite(made.shift.back())) {
      options.refuse(fmt::format("its scale or shift of channel {} is not finite", c));
    }
  }
  return {std::move(made), making.input.has_positions};
}

MadeLayer make_activation(Making const& making) {
  return {activation_named(making.options).value_or(Activate{}), making.input.has_positions};
}

float finite(KerasOptions const& options, Spellings names, double fallback) {
  auto const value = static_cast<float>(options.real(names, fallback));
  if (!std::isfinite(value)) options.refuse(fmt::format("its option '{}' is not finite", *names.begin()));
  return value;
}

MadeLayer make_relu(Making const& making) {
  KerasOptions const& options = making.options;
  options.require_real({"threshold"}, 0);
  float const slope = finite(options, {"negative_slope"}, 0);
  if (!options.has({"max_value"})) {
    Activation const kind = slope == 0.0F ? Activation::relu : Activation::leaky_relu;
    return {Activate{kind, slope == 0.0F ? 1.0F : slope}, making.input.has_positions};
  }
  options.require_real({"negative_slope"}, 0);
  return {Activate{Activation::capped_relu, finite(options, {"max_value"}, 6)}, making.input.has_positions};
}

MadeLayer make_leaky_relu(Making const& making) {
  return {Activate{Activation::leaky_relu, finite(making.options, {"negative_slope", "alpha"}, 0.3)},
          making.input.has_positions};
}

MadeLayer make_elu(Making const& making) {
  auto const alpha = static_cast<float>(making.options.real({"alpha"}, 1));
  if (!std::isfinite(alpha)) making.options.refuse("its option 'alpha' is not finite");
  return {Activate{Activation::elu, alpha}, making.input.has_positions};
}

template <PoolKind Kind>
MadeLayer make_pool(Making const& making) {
  require_positions(making);
  Pool made;
  made.kind = Kind;
  made.width = making.options.size({"pool_size", "pool_length"}, 2);
  made.stride = making.options.size({"strides", "stride"}, made.width);
  made.padding = padding_of(making.options);
  return {made, true};
}

template <PoolKind Kind>
MadeLayer make_global_pool(Making const& making) {
  require_positions(making);
  return {GlobalPool{Kind}, making.options.flag({"keepdims"}, false)};
}

MadeLayer make_flatten(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  return {Flatten{}, false};
}

MadeLayer make_identity(Making const& making) {
  return {Identity{}, making.input.has_positions};
}

// Dimensions behind the batch that an option names, as an axis of ours.
Axis axis_of(Making const& making, std::int64_t axis) {
  bool const flat = !making.input.has_positions;
  if (axis == -1 || axis == (flat ? 1 : 2)) return Axis::channels;
  if (flat || (axis != 1 && axis != -2)) making.options.refuse(fmt::format("axis {} is not one of its input's", axis));
  return Axis::positions;
}

MadeLayer make_softmax(Making const& making) {
  std::vector<std::int64_t> axes = making.options.integers({"axis"});
  if (axes.size() > 1) making.options.refuse("softmax along several axes is not supported");
  return {Softmax{axis_of(making, axes.empty() ? -1 : axes[0])}, making.input.has_positions};
}

MadeLayer make_layer_norm(Making const& making) {
  KerasOptions const& options = making.options;
  std::vector<std::int64_t> const axes = options.integers({"axis"});
  if (axes.size() > 1 || (!axes.empty() && axis_of(making, axes[0]) != Axis::channels)) {
    options.refuse("it normalises along another axis than the channels");
  }
  options.require_flag({"rms_scaling"}, false);
  bool const scaled = options.flag({"scale"}, true), centred = options.flag({"center"}, true);
  std::vector<ExpectedWeight> expected;
  if (scaled) expected.push_back({"gamma", "gamma", {making.input.shape.channels}});
  if (centred) expected.push_back({"beta", "beta", {making.input.shape.channels}});
  auto taken = expected.empty() ? std::vector<std::vector<float>>{} : making.weights.take(making.layer, expected);
  LayerNorm made;
  made.epsilon = finite(options, {"epsilon"}, 1e-3);
  if (scaled) made.scale = std::move(taken.front());
  if (centred) made.shift = std::move(taken.back());
  return {std::move(made), making.input.has_positions};
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

// Numbers [left, right], or one for both; from 0 to 2^24.
std::array<std::int64_t, 2> both_ends(Making const& making, std::string_view name) {
  std::vector<std::int64_t> ends = making.options.integers({name});
  if (ends.size() == 1) ends.push_back(ends[0]);
  if (ends.empty()) ends = {1, 1};
  bool const sound = ends.size() == 2 && std::min(ends[0], ends[1]) >= 0 && std::max(ends[0], ends[1]) <= (1 << 24);
  if (!sound) making.options.refuse(fmt::format("its option '{}' must be two whole numbers", name));
  return {ends[0], ends[1]};
}

MadeLayer make_cropping(Making const& making) {
  require_positions(making);
  auto const [left, right] = both_ends(making, "cropping");
  std::int64_t const count = making.input.shape.positions - left - right;
  if (count < 1) making.options.refuse("it crops everything");
  return {Slice{Axis::positions, left, count, 1}};
}

MadeLayer make_zero_padding(Making const& making) {
  require_positions(making);
  auto const [left, right] = both_ends(making, "padding");
  return {Pad{left, right, 0.0F}};
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

MadeLayer make_reshape(Making const& making) {
  std::vector<std::int64_t> dims = making.options.integers({"target_shape"});
  std::int64_t const size = making.input.shape.size();
  std::int64_t known = 1;
  int open = 0;
  for (std::int64_t const extent : dims) {
    if (extent == -1 && ++open == 1) continue;
    if (extent < 1 || extent > size / known) making.options.refuse("its target shape does not fit its input");
    known *= extent;
  }
  if (size % known != 0 || (open == 0 && known != size))
    making.options.refuse("its target shape does not fit its input");
  for (std::int64_t& extent : dims) extent = extent == -1 ? size / known : extent;
  if (dims.empty() || dims.size() > 2) making.options.refuse("only shapes of one or two dimensions are supported");
  if (dims.size() == 1) return {Reshape{{1, dims[0]}}, false};
  return {Reshape{{dims[0], dims[1]}}};
}

MadeLayer make_permutation(Making const& making) {
  std::vector<std::int64_t> const dims = making.options.integers({"dims"});
  if (dims == std::vector<std::int64_t>{1, 2}) return {Identity{}, making.input.has_positions};
  if (dims != std::vector<std::int64_t>{2, 1} || !making.input.has_positions) {
    making.options.refuse("only swapping positions and channels is supported");
  }
  return {Transpose{}};
}

bool any_positions(Making const& making) {
  return std::any_of(making.inputs.begin(), making.inputs.end(),
                     [](KerasInput const& each) { return each.has_positions; });
}

template <class Joining>
MadeLayer make_joining(Making const& making) {
  return {Joining{}, any_positions(making)};
}

MadeLayer make_average(Making const& making) {
  std::int64_t channels = 1;
  for (KerasInput const& each : making.inputs) channels = std::max(channels, each.shape.channels);
  auto const count = static_cast<std::size_t>(channels);
  BatchNorm mean{std::vector<float>(count, 1.0F / static_cast<float>(making.inputs.size())),
                 std::vector<float>(count, 0.0F)};
  return {std::move(mean), any_positions(making), {}, Add{}};
}

MadeLayer make_concatenation(Making const& making) {
  std::vector<std::int64_t> const axes = making.options.integers({"axis", "concat_axis"});
  return {Concatenate{axis_of(making, axes.empty() ? -1 : axes[0])}, making.input.has_positions};
}

using Maker = MadeLayer (*)(Making const&);

std::map<std::string, Maker, std::less<>> const& makers() {
  static std::map<std::string, Maker, std::less<>> const known = {
      {"Conv1D", make_convolution},
      {"Convolution1D", make_convolution},
      {"Dense", make_dense},
      {"BatchNormalization", make_batch_norm},
      {"Activation", make_activation},
      {"ReLU", make_relu},
      {"ELU", make_elu},
      {"LeakyReLU", make_leaky_relu},
      {"MaxPooling1D", make_pool<PoolKind::max>},
      {"AveragePooling1D", make_pool<PoolKind::average>},
      {"GlobalMaxPooling1D", make_global_pool<PoolKind::max>},
      {"GlobalAveragePooling1D", make_global_pool<PoolKind::average>},
      {"Flatten", make_flatten},
      {"Softmax", make_softmax},
      {"LayerNormalization", make_layer_norm},
      {"DepthwiseConv1D", make_depthwise},
      {"SeparableConv1D", make_separable},
      {"SeparableConvolution1D", make_separable},
      {"Conv1DTranspose", make_transposed},
      {"Cropping1D", make_cropping},
      {"ZeroPadding1D", make_zero_padding},
      {"UpSampling1D", make_up_sampling},
      {"Reshape", make_reshape},
      {"Permute", make_permutation},
      {"Add", make_joining<Add>},
      {"Multiply", make_joining<Multiply>},
      {"Average", make_average},
      {"Concatenate", make_concatenation},
      {"Dropout", make_identity},
      {"SpatialDropout1D", make_identity},
      {"AlphaDropout", make_identity},
      {"GaussianDropout", make_identity},
      {"GaussianNoise", make_identity},
      {"ActivityRegularization", make_identity}};
  return known;
}

}  // namespace

bool joins_keras_layers(std::string_view class_name) {
  return class_name == "Add" || class_name == "Multiply" || class_name == "Average" || class_name == "Concatenate";
}

MadeLayer make_keras_layer(KerasLayer const& layer, std::vector<KerasInput> const& inputs, KerasWeights& weights) {
  if (layer.class_name == "Lambda") {
    layer.options.refuse("it holds Python byte code, which is never run: replace it in the model by a layer");
  }
  auto const maker = makers().find(layer.class_name);
  if (maker == makers().end()) fail(ErrorCode::input, "unknown " + layer.options.where());
  return maker->second(Making{layer, inputs, weights});
}

Shape keras_input_shape(KerasLayer const& layer) {
  KerasOptions const& options = layer.options;
  std::vector<std::int64_t> shape = options.integers({"batch_shape", "batch_input_shape"});
  if (!shape.empty()) shape.erase(shape.begin());
  if (shape.empty()) shape = options.integers({"shape", "input_shape"});
  if (shape.empty()) options.refuse("the network's input shape is missing; it should be (length, 4)");
  if (shape.size() != 2 || shape[1] != 4) {
    std::vector<std::string> parts;
    for (std::int64_t const extent : shape) parts.push_back(extent < 0 ? "any" : std::to_string(extent));
    options.refuse(fmt::format(
        "the network's input has shape ({}); Shoal reads (length, 4), one-hot rows of A, C, G, T", join(parts, ", ")));
  }
  if (shape[0] == -1) {
    options.refuse("the network's input length is open; save the model with a fixed length, such as Input((2114, 4))");
  }
  constexpr std::int64_t longest = std::int64_t{1} << 31;
  if (shape[0] < 1 || shape[0] > longest) options.refuse(fmt::format("its input length is {}", shape[0]));
  return {shape[0], 4};
}

}  // namespace shoal::model
