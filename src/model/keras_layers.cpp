// SPDX-License-Identifier: MIT
#include "model/keras_layers.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::model {

namespace {

struct Making {
  KerasLayer const& layer;
  KerasInput const& input;
  KerasWeights& weights;
  KerasOptions const& options = layer.options;
};

std::optional<Activate> activation_named(KerasOptions const& options) {
  static std::map<std::string, Activation, std::less<>> const known = {
      {"relu", Activation::relu},       {"exponential", Activation::exponential}, {"exp", Activation::exponential},
      {"sigmoid", Activation::sigmoid}, {"softplus", Activation::softplus},       {"tanh", Activation::tanh},
      {"elu", Activation::elu}};
  std::string const name = options.text({"activation"}, "linear");
  if (name == "linear") return std::nullopt;
  auto const found = known.find(name);
  if (found == known.end()) {
    options.refuse(
        fmt::format("unknown activation {}; known are linear, relu, exponential, sigmoid, softplus, tanh and "
                    "elu",
                    shoal::quoted(name)));
  }
  return Activate{found->second, 1.0F};
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

MadeLayer make_convolution(Making const& making) {
  require_positions(making);
  KerasOptions const& options = making.options;
  if (options.size({"groups"}, 1) != 1) options.refuse("grouped convolutions are not supported");
  Conv1D made;
  made.filters = options.size({"filters", "nb_filter"});
  made.width = options.size({"kernel_size", "filter_length"});
  made.stride = options.size({"strides", "subsample_length"}, 1);
  made.dilation = options.size({"dilation_rate"}, 1);
  made.padding = padding_of(options);
  std::vector<ExpectedWeight> expected = {{"kernel", "W", {made.width, making.input.shape.channels, made.filters}}};
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
  return {std::move(made), making.input.has_positions, {}};
}

MadeLayer make_activation(Making const& making) {
  return {activation_named(making.options).value_or(Activate{}), making.input.has_positions, {}};
}

MadeLayer make_relu(Making const& making) {
  if (making.options.has({"max_value"})) making.options.refuse("option 'max_value' is not supported");
  making.options.require_real({"negative_slope"}, 0);
  making.options.require_real({"threshold"}, 0);
  return {Activate{Activation::relu, 1.0F}, making.input.has_positions, {}};
}

MadeLayer make_elu(Making const& making) {
  auto const alpha = static_cast<float>(making.options.real({"alpha"}, 1));
  if (!std::isfinite(alpha)) making.options.refuse("its option 'alpha' is not finite");
  return {Activate{Activation::elu, alpha}, making.input.has_positions, {}};
}

template <PoolKind Kind>
MadeLayer make_pool(Making const& making) {
  require_positions(making);
  Pool made;
  made.kind = Kind;
  made.width = making.options.size({"pool_size", "pool_length"}, 2);
  made.stride = making.options.size({"strides", "stride"}, made.width);
  made.padding = padding_of(making.options);
  return {made, true, {}};
}

template <PoolKind Kind>
MadeLayer make_global_pool(Making const& making) {
  require_positions(making);
  return {GlobalPool{Kind}, making.options.flag({"keepdims"}, false), {}};
}

MadeLayer make_flatten(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  return {Flatten{}, false, {}};
}

MadeLayer make_identity(Making const& making) {
  return {Identity{}, making.input.has_positions, {}};
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
      {"MaxPooling1D", make_pool<PoolKind::max>},
      {"AveragePooling1D", make_pool<PoolKind::average>},
      {"GlobalMaxPooling1D", make_global_pool<PoolKind::max>},
      {"GlobalAveragePooling1D", make_global_pool<PoolKind::average>},
      {"Flatten", make_flatten},
      {"Dropout", make_identity},
      {"SpatialDropout1D", make_identity},
      {"AlphaDropout", make_identity},
      {"GaussianDropout", make_identity},
      {"GaussianNoise", make_identity},
      {"ActivityRegularization", make_identity}};
  return known;
}

}  // namespace

MadeLayer make_keras_layer(KerasLayer const& layer, KerasInput const& input, KerasWeights& weights) {
  auto const maker = makers().find(layer.class_name);
  if (maker == makers().end()) fail(ErrorCode::input, "unknown " + layer.options.where());
  return maker->second(Making{layer, input, weights});
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
