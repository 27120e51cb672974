// SPDX-License-Identifier: MIT
// Keras's activation functions by name, and layers in their place.
#include <fmt/core.h>

#include <map>
#include <string>

#include "base/text.hpp"
#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

// Activations that are one layer, with Keras's defaults: as a function, leaky ReLU has slope 0.2 and GELU is the exact
// one.
std::map<std::string, network::Layer, std::less<>> const& simple_functions() {
  static std::map<std::string, network::Layer, std::less<>> const all = {
      {"relu", network::Activate{network::Activation::relu, 1.0F}},
      {"exponential", network::Activate{network::Activation::exponential, 1.0F}},
      {"exp", network::Activate{network::Activation::exponential, 1.0F}},
      {"sigmoid", network::Activate{network::Activation::sigmoid, 1.0F}},
      {"hard_sigmoid", network::Activate{network::Activation::hard_sigmoid, 0.2F}},
      {"sparse_sigmoid", network::Activate{network::Activation::hard_sigmoid, 0.5F}},
      {"softplus", network::Activate{network::Activation::softplus, 1.0F}},
      {"tanh", network::Activate{network::Activation::tanh, 1.0F}},
      {"elu", network::Activate{network::Activation::elu, 1.0F}},
      {"leaky_relu", network::Activate{network::Activation::leaky_relu, 0.2F}},
      {"relu6", network::Activate{network::Activation::capped_relu, 6.0F}},
      {"gelu", network::Activate{network::Activation::gelu_erf, 1.0F}},
      {"silu", network::Activate{network::Activation::silu, 1.0F}},
      {"swish", network::Activate{network::Activation::silu, 1.0F}},
      {"selu", network::Activate{network::Activation::selu, 1.0F}},
      {"mish", network::Activate{network::Activation::mish, 1.0F}},
      {"celu", network::Activate{network::Activation::celu, 1.0F}},
      {"hard_silu", network::Activate{network::Activation::hard_swish, 1.0F}},
      {"hard_swish", network::Activate{network::Activation::hard_swish, 1.0F}},
      {"softsign", network::Activate{network::Activation::softsign, 1.0F}},
      {"softmax", network::Softmax{}}};
  return all;
}

// An activation that takes several nodes: the last is "LAYER/PART", or the layer's own if `part` is empty.
struct Steps {
  Making const& making;
  std::string part;

  std::string inner(std::string_view name) const {
    return part.empty() ? std::string(name) : part + "/" + std::string(name);
  }
  TensorView apply(network::Activation kind, float alpha, TensorView const& view, std::string_view name) const {
    return making.same(network::Activate{kind, alpha}, view, inner(name));
  }
  TensorView scaled(TensorView const& view, float scale, float shift, std::string_view name) const {
    return making.scaled(view, scale, shift, inner(name));
  }
  TensorView sum(TensorView const& a, TensorView const& b, std::string_view name = {}) const {
    return {making.add(network::Add{}, {a.node, b.node}, name.empty() ? part : inner(name)), a.axes};
  }
};

// Computes -log(1 + e^-x).
TensorView log_sigmoid(Steps const& steps, TensorView const& x) {
  TensorView const above =
      steps.apply(network::Activation::softplus, 1.0F, steps.scaled(x, -1.0F, 0.0F, "turned"), "softplus");
  return steps.making.scaled(above, -1.0F, 0.0F, steps.part);
}

// Cuts x to -1 … 1.
TensorView hard_tanh(Steps const& steps, TensorView const& x) {
  TensorView const raised = steps.scaled(x, 1.0F, 1.0F, "raised");
  return steps.making.scaled(steps.apply(network::Activation::capped_relu, 2.0F, raised, "capped"), 1.0F, -1.0F,
                             steps.part);
}

TensorView tanh_shrink(Steps const& steps, TensorView const& x) {
  TensorView const turned =
      steps.scaled(steps.apply(network::Activation::tanh, 1.0F, x, "tanh"), -1.0F, 0.0F, "turned");
  return steps.sum(x, turned);
}

// Computes x - 0.5 above 0.5, x + 0.5 below -0.5, zero between.
TensorView soft_shrink(Steps const& steps, TensorView const& x) {
  TensorView const above = steps.apply(network::Activation::relu, 1.0F, steps.scaled(x, 1.0F, -0.5F, "less"), "above");
  TensorView const below =
      steps.apply(network::Activation::relu, 1.0F, steps.scaled(x, -1.0F, -0.5F, "turned"), "below");
  return steps.sum(above, steps.scaled(below, -1.0F, 0.0F, "back"));
}

// Computes (x + sqrt(x^2 + 4)) / 2.
TensorView squareplus(Steps const& steps, TensorView const& x) {
  TensorView const more = steps.scaled(steps.apply(network::Activation::square, 1.0F, x, "square"), 1.0F, 4.0F, "more");
  TensorView const sum = steps.sum(x, steps.apply(network::Activation::square_root, 1.0F, more, "root"), "sum");
  return steps.making.scaled(sum, 0.5F, 0.0F, steps.part);
}

// Computes (x + 1)^2 / 4 from -1 to 1, zero before and x after.
TensorView sparse_plus(Steps const& steps, TensorView const& x) {
  TensorView const bend =
      steps.apply(network::Activation::capped_relu, 2.0F, steps.scaled(x, 1.0F, 1.0F, "raised"), "capped");
  TensorView const square =
      steps.scaled(steps.apply(network::Activation::square, 1.0F, bend, "square"), 0.25F, 0.0F, "bend");
  return steps.sum(square, steps.apply(network::Activation::relu, 1.0F, steps.scaled(x, 1.0F, -1.0F, "less"), "above"));
}

TensorView log_softmax(Steps const& steps, TensorView const& x) {
  TensorView const matrix = steps.making.graph.as_matrix(x, x.axes.size() - 1);
  TensorView const total = steps.making.same(network::Reduce{network::Reduction::log_sum_exp, network::Axis::channels},
                                             matrix, steps.inner("total"));
  return steps.sum(matrix, steps.scaled(total, -1.0F, 0.0F, "less"));
}

using Composed = TensorView (*)(Steps const&, TensorView const&);

std::map<std::string, Composed, std::less<>> const& composed_functions() {
  static std::map<std::string, Composed, std::less<>> const all = {
      {"log_sigmoid", log_sigmoid}, {"hard_tanh", hard_tanh},   {"tanh_shrink", tanh_shrink},
      {"soft_shrink", soft_shrink}, {"squareplus", squareplus}, {"sparse_plus", sparse_plus},
      {"log_softmax", log_softmax}};
  return all;
}

[[noreturn]] void refuse_own_function(KerasOptions const& options, std::string_view option) {
  KerasObject const& own = *options.object({option});
  std::string what = "Python code of the user's own (a lambda)";
  if (!own.class_name.empty()) what = fmt::format("of class {}", shoal::quoted(own.class_name));
  options.refuse(
      fmt::format("its option '{}' is {}, and only activations that Keras has by name are read; build the network with "
                  "one of those, or export it to ONNX",
                  option, what));
}

[[noreturn]] void refuse_unknown(KerasOptions const& options, std::string const& name, bool alone) {
  std::vector<std::string> names = {"linear"};
  for (auto const& [each, layer] : simple_functions()) names.push_back(each);
  for (auto const& [each, maker] : composed_functions()) {
    if (!alone) names.push_back(each);
  }
  options.refuse(fmt::format("unknown activation {}; known are {}", shoal::quoted(name), join(names, ", ")));
}

// A layer in the place of a function.
TensorView apply_layer(Making const& making, TensorView const& view, KerasLayer const& given, std::string_view option,
                       bool is_all) {
  KerasLayer inner = given;
  inner.name = is_all ? making.layer.name : fmt::format("{}/{}", making.layer.name, given.name);
  inner.weights_name = fmt::format("{}/{}", making.layer.weights_name, option);
  inner.call = KerasOptions(given.options.where(), {{keras_argument(0), KerasValue{KerasTensor{0}}}});
  std::vector<TensorView> const inputs = {view};
  return make_keras_layer({inner, inputs, making.weights, making.graph, making.replacements}).front();
}

}  // namespace

std::optional<network::Layer> activation_named(KerasOptions const& options, std::string_view option) {
  if (options.object({option}) != nullptr) refuse_own_function(options, option);
  std::string const name = options.text({option}, "linear");
  if (name == "linear") return std::nullopt;
  // The slope is 1/6 in Keras 3, 1/5 before.
  if (name == "hard_sigmoid")
    return network::Activate{network::Activation::hard_sigmoid, options.keras() >= 3 ? 1.0F / 6.0F : 0.2F};
  auto const found = simple_functions().find(name);
  if (found == simple_functions().end()) refuse_unknown(options, name, true);
  return found->second;
}

TensorView apply_activation(Making const& making, TensorView const& view, std::string_view option, bool is_all) {
  auto const given = making.layer.activations.find(option);
  if (given != making.layer.activations.end() && making.options.has({option}))
    return apply_layer(making, view, given->second, option, is_all);
  if (making.options.object({option}) != nullptr) refuse_own_function(making.options, option);
  std::string const name = making.options.text({option}, "linear");
  if (name == "linear") return is_all ? making.same(network::Identity{}, view) : view;
  std::string const part = is_all ? "" : name;
  auto const composed = composed_functions().find(name);
  if (composed != composed_functions().end()) return composed->second({making, part}, view);
  if (!simple_functions().contains(name)) refuse_unknown(making.options, name, false);
  network::Layer made = *activation_named(making.options, option);
  bool const soft = std::holds_alternative<network::Softmax>(made);
  return making.same(std::move(made), soft ? making.graph.as_matrix(view, view.axes.size() - 1) : view, part);
}

}  // namespace shoal::readers
