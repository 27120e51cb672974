// SPDX-License-Identifier: MIT
#include "readers/keras/graph/leftovers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "readers/keras/graph/call.hpp"

namespace shoal::readers {

namespace {

// "#1" → "its second argument", for a message.
std::string argument_name(std::string const& name) {
  if (!name.starts_with('#')) return name;
  auto const place = parse_integer(name.substr(1));
  return fmt::format("argument {}", place ? *place + 1 : 0);
}

void refuse_argument(KerasLayer const& layer, std::string const& name) {
  std::string const value = shown(layer.call.all().at(name));
  layer.options.refuse(fmt::format("it is called with {} = {}, which is not supported", argument_name(name), value));
}

void refuse_option(KerasLayer const& layer, std::string const& name) {
  layer.options.refuse(fmt::format(
      "its option '{}' is {}, which Keras's layer of this name does not have or Shoal does not know; if the class "
      "is your own, rename it, or build the network with Keras's layers or export it to ONNX",
      name, shown(layer.options.all().at(name))));
}

bool is_keras_module(std::string_view module) {
  for (std::string_view const package : {"keras", "tf_keras", "tensorflow", "keras_core"}) {
    if (module == package) return true;
    if (module.starts_with(package) && module.substr(package.size()).starts_with('.')) return true;
  }
  return false;
}

// Options that Keras writes for every layer of the class, whatever their values.
using Telling = std::vector<std::string_view>;

Telling const* telling_options(std::string_view class_name) {
  static Telling const rate = {"rate", "p"}, axis = {"axis"}, data_format = {"data_format"},
                       stddev = {"stddev", "sigma"}, pool = {"pool_size", "pool_length"},
                       slope = {"alpha", "negative_slope"};
  static std::map<std::string_view, Telling> const all = {{"Softmax", axis},
                                                          {"Concatenate", axis},
                                                          {"UnitNormalization", axis},
                                                          {"Activation", {"activation"}},
                                                          {"Flatten", data_format},
                                                          {"GlobalMaxPooling1D", data_format},
                                                          {"GlobalAveragePooling1D", data_format},
                                                          {"GlobalMaxPooling2D", data_format},
                                                          {"GlobalAveragePooling2D", data_format},
                                                          {"MaxPooling1D", pool},
                                                          {"AveragePooling1D", pool},
                                                          {"MaxPooling2D", pool},
                                                          {"AveragePooling2D", pool},
                                                          {"Dropout", rate},
                                                          {"SpatialDropout1D", rate},
                                                          {"SpatialDropout2D", rate},
                                                          {"AlphaDropout", rate},
                                                          {"GaussianDropout", rate},
                                                          {"GaussianNoise", stddev},
                                                          {"ActivityRegularization", {"l1"}},
                                                          {"ReLU", {"max_value"}},
                                                          {"LeakyReLU", slope},
                                                          {"ELU", {"alpha"}},
                                                          {"UpSampling1D", {"size", "length"}},
                                                          {"Cropping1D", {"cropping"}},
                                                          {"ZeroPadding1D", {"padding"}},
                                                          {"Masking", {"mask_value"}},
                                                          {"Rescaling", {"scale"}}};
  auto const found = all.find(class_name);
  return found == all.end() ? nullptr : &found->second;
}

// A class of the user's own, in a file that does not say where classes come from: it has none of the options of the
// class in Keras. Early Keras, which had fewer options, writes types of first layers only.
void refuse_bare(KerasLayer const& layer) {
  KerasMembers const& options = layer.options.all();
  Telling const* telling = telling_options(layer.class_name);
  if (telling == nullptr || !options.contains("dtype") || options.contains("batch_input_shape")) return;
  if (std::any_of(telling->begin(), telling->end(), [&](auto name) { return options.contains(name); })) return;
  layer.options.refuse(fmt::format(
      "its class is the user's own, not Keras's of that name, which has an option '{}'; what it computes is "
      "not in the file; build the network with Keras's layers, or export it to ONNX",
      telling->front()));
}

}  // namespace

void forget_reads(KerasLayer const& layer) {
  layer.options.forget_reads();
  layer.call.forget_reads();
  for (KerasLayer const& wrapped : layer.wrapped) forget_reads(wrapped);
}

void refuse_leftovers(KerasLayer const& layer) {
  for (std::string const& name : layer.options.unread()) {
    if (!is_harmless_keras_option(layer.class_name, name)) refuse_option(layer, name);
  }
  for (std::string const& name : layer.call.unread()) refuse_argument(layer, name);
  for (KerasLayer const& wrapped : layer.wrapped) {
    refuse_foreign(wrapped);
    refuse_leftovers(wrapped);
  }
}

void refuse_model_leftovers(KerasLayer const& model) {
  refuse_foreign(model);
  model.call.forget_reads();
  model.call.has({keras_argument(0), "inputs"});
  refuse_training(model);
  refuse_leftovers(model);
}

void refuse_foreign(KerasLayer const& layer) {
  KerasOrigin const& origin = layer.origin;
  if (!origin.is_given) refuse_bare(layer);
  std::string const& registered = origin.registered_name;
  bool const is_named_otherwise = !registered.empty() && registered != layer.class_name;
  bool const is_elsewhere = origin.is_given && !is_keras_module(origin.module);
  if (!is_named_otherwise && !is_elsewhere) return;
  std::string from =
      origin.module.empty() ? "no module of Keras" : fmt::format("module {}", shoal::quoted(origin.module));
  if (!registered.empty()) from += fmt::format(", registered as {}", shoal::quoted(registered));
  layer.options.refuse(
      fmt::format("its class is the user's own ({}), not Keras's of that name, and what it computes is not in the "
                  "file; build the network "
                  "with Keras's layers, or export it to ONNX",
                  from));
}

}  // namespace shoal::readers
