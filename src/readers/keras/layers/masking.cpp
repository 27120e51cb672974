// SPDX-License-Identifier: MIT
#include "readers/keras/layers/masking.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace shoal::readers {

namespace {

bool heeds_masks(std::string_view class_name) {
  static std::set<std::string_view> const heeding = {"LSTM",
                                                     "GRU",
                                                     "SimpleRNN",
                                                     "RNN",
                                                     "Bidirectional",
                                                     "TimeDistributed",
                                                     "ConvLSTM1D",
                                                     "GlobalAveragePooling1D",
                                                     "Attention",
                                                     "AdditiveAttention",
                                                     "MultiHeadAttention",
                                                     "GroupedQueryAttention",
                                                     "Softmax",
                                                     "Lambda"};
  return heeding.contains(class_name);
}

// Layers that do not support masks do not pass them on.
bool ends_masks(std::string_view class_name) {
  static std::set<std::string_view> const ending = {"Flatten",       "Reshape",    "Permute",     "RepeatVector",
                                                    "ZeroPadding1D", "Cropping1D", "UpSampling1D"};
  return ending.contains(class_name) || class_name.find("Conv") != class_name.npos ||
         class_name.find("Pooling") != class_name.npos;
}

// Names of outputs do not have the number of the output.
std::string_view use_of(std::string_view input) {
  return input.substr(0, input.find(':'));
}

// The first layer after `from` that heeds masks; null if there is none.
KerasLayer const* heeding_behind(KerasGraph const& graph, KerasLayer const& from) {
  std::set<std::string_view> behind = {from.name};
  for (bool grows = true; grows;) {
    grows = false;
    for (KerasLayer const& layer : graph.layers) {
      bool const reads = std::any_of(layer.inputs.begin(), layer.inputs.end(),
                                     [&](std::string const& input) { return behind.contains(use_of(input)); });
      if (!reads || behind.contains(layer.name)) continue;
      if (heeds_masks(layer.class_name)) return &layer;
      if (ends_masks(layer.class_name)) continue;
      behind.insert(layer.name);
      grows = true;
    }
  }
  return nullptr;
}

bool reads_sequences(KerasGraph const& graph, KerasLayer const& layer) {
  return std::all_of(layer.inputs.begin(), layer.inputs.end(), [&](std::string const& input) {
    return std::any_of(graph.layers.begin(), graph.layers.end(),
                       [&](KerasLayer const& each) { return each.name == input && each.class_name == "InputLayer"; });
  });
}

}  // namespace

void check_keras_masks(KerasGraph const& graph) {
  for (KerasLayer const& layer : graph.layers) {
    if (layer.class_name != "Masking") continue;
    double const value = layer.options.real({"mask_value"}, 0);
    if (value != 0) {
      if (reads_sequences(graph, layer) && value != 1) continue;
      layer.options.refuse(fmt::format("it hides positions of {} throughout, and such masks are not supported", value));
    }
    KerasLayer const* heeding = heeding_behind(graph, layer);
    if (heeding != nullptr) {
      layer.options.refuse(
          fmt::format("its mask changes what {} computes, and masks are not supported: read a sequence "
                      "of full length without it",
                      shoal::quoted(heeding->name)));
    }
  }
}

}  // namespace shoal::readers
