// SPDX-License-Identifier: MIT
#include "readers/keras/graph/call.hpp"

#include <fmt/core.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::readers {

namespace {

std::size_t tensor_of(Making const& making, KerasValue const& value) {
  auto const* tensor = std::get_if<KerasTensor>(&value.value);
  if (tensor == nullptr || tensor->input >= making.inputs.size()) {
    making.options.refuse(fmt::format("it is called with {} in the place of a layer's output", shown(value)));
  }
  return tensor->input;
}

// Whether the call asks for the behaviour of training.
bool is_training(KerasOptions const& call) {
  KerasValue const* given = call.find({"training"});
  if (given == nullptr) return false;
  if (auto const* flag = std::get_if<bool>(&given->value)) return *flag;
  if (auto const* number = std::get_if<std::int64_t>(&given->value)) return *number != 0;
  call.refuse(fmt::format("it is called with training = {}", shown(*given)));
}

// Whether the layer drops or shakes values in training, and so whether training matters to it.
bool has_noise(KerasOptions const& options) {
  constexpr std::array<std::string_view, 8> rates = {
      "rate", "p", "stddev", "sigma", "dropout", "recurrent_dropout", "dropout_W", "dropout_U"};
  for (std::string_view const rate : rates) {
    if (options.real({rate}, 0) != 0) return true;
  }
  return false;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (std::string_view const each : names) {
    if (each == name) return true;
  }
  return false;
}

}  // namespace

std::vector<TensorView> first_argument(Making const& making, bool may_be_list) {
  KerasValue const* given = making.layer.call.find({keras_argument(0), "inputs", "sequences"});
  if (given == nullptr) making.options.refuse("its call has no first argument");
  std::vector<TensorView> views;
  if (auto const* list = std::get_if<std::vector<KerasValue>>(&given->value)) {
    for (KerasValue const& element : *list) views.push_back(making.inputs[tensor_of(making, element)]);
  } else {
    views.push_back(making.inputs[tensor_of(making, *given)]);
  }
  if (views.empty()) making.options.refuse("it is called with an empty list");
  if (views.size() > 1 && !may_be_list) {
    fail(ErrorCode::input, fmt::format("unknown {}: it joins {} layers ({}), and such layers are not supported",
                                       making.options.where(), views.size(), join(making.layer.inputs, ", ")));
  }
  return views;
}

std::optional<std::size_t> tensor_argument(Making const& making, Spellings names) {
  KerasValue const* given = making.layer.call.find(names);
  if (given == nullptr) return std::nullopt;
  return tensor_of(making, *given);
}

void refuse_training(KerasLayer const& layer) {
  if (!is_training(layer.call)) return;
  std::string_view const type = layer.class_name;
  if (type == "BatchNormalization") {
    // A frozen layer uses its moving averages in any case.
    if (!layer.options.flag({"trainable"}, true)) return;
    layer.options.refuse(
        "it is called with training=True: Keras would normalise by the mean and variance of the batch that it is "
        "given, so "
        "that a prediction depends on the other sequences; call it without training=True and save the network again");
  }
  bool const may_have_noise = is_one_of(
      type, {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout",
             "LSTM", "GRU", "SimpleRNN", "MultiHeadAttention", "Attention", "AdditiveAttention"});
  if (may_have_noise && !has_noise(layer.options)) return;
  layer.options.refuse(
      may_have_noise
          ? "it is called with training=True: Keras would drop values at random in predictions too; call it without "
            "training=True and save the network again"
          : "it is called with training=True; call it without and save the network again");
}

}  // namespace shoal::readers
