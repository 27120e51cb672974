// SPDX-License-Identifier: MIT
#include "model/keras_making.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>
#include <string>

#include "base/text.hpp"

namespace shoal::model {

std::int64_t Making::channels() const {
  return rank() == 0 ? 1 : graph.extent(input, rank() - 1);
}

TensorView Making::matrix(std::size_t index) const {
  TensorView const& view = inputs[index];
  if (view.axes.empty()) options.refuse("its input is a single number");
  return graph.as_matrix(view, view.axes.size() - 1);
}

TensorView Making::sequence(std::size_t index) const {
  options.require_text({"data_format"}, "channels_last");
  if (inputs[index].axes.size() != 2) {
    options.refuse(inputs[index].axes.size() < 2 ? "its input has no positions left"
                                                 : "its input has more axes than positions and channels");
  }
  return matrix(index);
}

int Making::add(Layer made, std::vector<int> from, std::string_view part) const {
  std::string const name = part.empty() ? layer.name : fmt::format("{}/{}", layer.name, part);
  return graph.add(name, layer.class_name, std::move(made), std::move(from));
}

TensorView Making::same(Layer made, TensorView const& view, std::string_view part) const {
  return {add(std::move(made), {view.node}, part), view.axes};
}

TensorView Making::value(int node, bool flat) const {
  if (flat) return graph.tidy({node, {{Axis::channels}}});
  return graph.tidy({node, {{Axis::positions}, {Axis::channels}}});
}

TensorView Making::activated(TensorView view, std::string_view option) const {
  auto made = activation_named(options, option);
  if (!made) return view;
  std::string const part = options.text({option}, "");
  if (!std::holds_alternative<Softmax>(*made)) return same(std::move(*made), view, part);
  return same(std::move(*made), graph.as_matrix(view, view.axes.size() - 1), part);
}

TensorView Making::scaled(TensorView const& view, float scale, float shift, std::string_view part) const {
  auto const count = static_cast<std::size_t>(graph.node(view.node).shape.channels);
  return same(BatchNorm{std::vector<float>(count, scale), std::vector<float>(count, shift)}, view, part);
}

std::size_t Making::axis(std::int64_t counted) const {
  auto const axes = static_cast<std::int64_t>(rank());
  std::int64_t const index = counted < 0 ? counted + axes : counted - 1;
  if (index < 0 || index >= axes) options.refuse(fmt::format("axis {} is not one of its input's", counted));
  return static_cast<std::size_t>(index);
}

namespace {

// Keras 3 halves at slope 1/6, Keras 2 at 1/5; only the newer one writes its types as policies.
float hard_sigmoid_slope(KerasOptions const& options) {
  auto const type = options.object({"dtype"});
  return type != nullptr && type->class_name == "DTypePolicy" ? 1.0F / 6.0F : 0.2F;
}

[[noreturn]] void refuse_own_function(KerasOptions const& options, std::string_view option) {
  KerasObject const& own = *options.object({option});
  std::string what = "Python code of the user's own (a lambda)";
  if (!own.class_name.empty()) what = fmt::format("of class {}", shoal::quoted(own.class_name));
  options.refuse(
      fmt::format("its option '{}' is {}, and only activations that Keras has by name are read; build the network with "
                  "one of those, "
                  "or export it to ONNX",
                  option, what));
}

}  // namespace

std::optional<Layer> activation_named(KerasOptions const& options, std::string_view option) {
  // Keras's defaults: leaky ReLU's slope is 0.2 as a function, GELU is the exact one.
  static std::map<std::string, Layer, std::less<>> const known = {
      {"relu", Activate{Activation::relu, 1.0F}},
      {"exponential", Activate{Activation::exponential, 1.0F}},
      {"exp", Activate{Activation::exponential, 1.0F}},
      {"sigmoid", Activate{Activation::sigmoid, 1.0F}},
      {"hard_sigmoid", Activate{Activation::hard_sigmoid, 0.2F}},
      {"softplus", Activate{Activation::softplus, 1.0F}},
      {"tanh", Activate{Activation::tanh, 1.0F}},
      {"elu", Activate{Activation::elu, 1.0F}},
      {"leaky_relu", Activate{Activation::leaky_relu, 0.2F}},
      {"relu6", Activate{Activation::capped_relu, 6.0F}},
      {"gelu", Activate{Activation::gelu_erf, 1.0F}},
      {"silu", Activate{Activation::silu, 1.0F}},
      {"swish", Activate{Activation::silu, 1.0F}},
      {"selu", Activate{Activation::selu, 1.0F}},
      {"mish", Activate{Activation::mish, 1.0F}},
      {"celu", Activate{Activation::celu, 1.0F}},
      {"hard_silu", Activate{Activation::hard_swish, 1.0F}},
      {"hard_swish", Activate{Activation::hard_swish, 1.0F}},
      {"softsign", Activate{Activation::softsign, 1.0F}},
      {"softmax", Softmax{}}};
  if (options.object({option}) != nullptr) refuse_own_function(options, option);
  std::string const name = options.text({option}, "linear");
  if (name == "linear") return std::nullopt;
  auto const found = known.find(name);
  if (found == known.end()) {
    std::vector<std::string> names = {"linear"};
    for (auto const& [each, layer] : known) names.push_back(each);
    options.refuse(fmt::format("unknown activation {}; known are {}", shoal::quoted(name), join(names, ", ")));
  }
  if (name == "hard_sigmoid") return Activate{Activation::hard_sigmoid, hard_sigmoid_slope(options)};
  return found->second;
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

}  // namespace shoal::model
