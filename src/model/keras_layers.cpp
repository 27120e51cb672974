// SPDX-License-Identifier: MIT
#include "model/keras_layers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/keras_making.hpp"

namespace shoal::model {

namespace {

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

KerasMakers const& makers() {
  static KerasMakers const all = [] {
    KerasMakers made;
    add_keras_products(made);
    add_keras_moves(made);
    made["BatchNormalization"] = make_batch_norm;
    made["Activation"] = make_activation;
    made["ReLU"] = make_relu;
    made["ELU"] = make_elu;
    made["LeakyReLU"] = make_leaky_relu;
    made["MaxPooling1D"] = make_pool<PoolKind::max>;
    made["AveragePooling1D"] = make_pool<PoolKind::average>;
    made["GlobalMaxPooling1D"] = make_global_pool<PoolKind::max>;
    made["GlobalAveragePooling1D"] = make_global_pool<PoolKind::average>;
    made["Softmax"] = make_softmax;
    made["LayerNormalization"] = make_layer_norm;
    return made;
  }();
  return all;
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
