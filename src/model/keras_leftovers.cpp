// SPDX-License-Identifier: MIT
#include "model/keras_leftovers.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "model/keras_call.hpp"

namespace shoal::model {

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

}  // namespace shoal::model
