// SPDX-License-Identifier: MIT
#include "model/keras_making.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>
#include <string>

#include "base/text.hpp"

namespace shoal::model {

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

float finite(KerasOptions const& options, Spellings names, double fallback) {
  auto const value = static_cast<float>(options.real(names, fallback));
  if (!std::isfinite(value)) options.refuse(fmt::format("its option '{}' is not finite", *names.begin()));
  return value;
}

Axis axis_of(Making const& making, std::int64_t axis) {
  bool const flat = !making.input.has_positions;
  if (axis == -1 || axis == (flat ? 1 : 2)) return Axis::channels;
  if (flat || (axis != 1 && axis != -2)) making.options.refuse(fmt::format("axis {} is not one of its input's", axis));
  return Axis::positions;
}

}  // namespace shoal::model
