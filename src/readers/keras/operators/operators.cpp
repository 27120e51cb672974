// SPDX-License-Identifier: MIT
// Which operator a node of a Keras graph is: Keras 3 names them by class, Keras 2 by TensorFlow's function.
#include <fmt/core.h>

#include "base/text.hpp"
#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

namespace {

KerasOperators const& operators() {
  static KerasOperators const all = [] {
    KerasOperators made;
    add_keras_functions(made);
    add_keras_arithmetic(made);
    add_keras_reductions(made);
    add_keras_axis_operators(made);
    add_keras_selections(made);
    return made;
  }();
  return all;
}

// TensorFlow's functions under the names of Keras 3's operators.
constexpr std::pair<std::string_view, std::string_view> tensorflow_names[] = {
    {"__operators__.add", "Add"},
    {"math.add", "Add"},
    {"nn.bias_add", "Add"},
    {"math.subtract", "Subtract"},
    {"math.multiply", "Multiply"},
    {"math.truediv", "Divide"},
    {"math.divide", "Divide"},
    {"realdiv", "Divide"},
    {"math.pow", "Power"},
    {"math.maximum", "Maximum"},
    {"math.minimum", "Minimum"},
    {"math.negative", "Negative"},
    {"math.abs", "Absolute"},
    {"math.exp", "Exp"},
    {"math.expm1", "Expm1"},
    {"math.log", "Log"},
    {"math.log1p", "Log1p"},
    {"math.sqrt", "Sqrt"},
    {"math.rsqrt", "Rsqrt"},
    {"math.square", "Square"},
    {"math.reciprocal", "Reciprocal"},
    {"math.erf", "Erf"},
    {"math.tanh", "Tanh"},
    {"nn.tanh", "Tanh"},
    {"math.sigmoid", "Sigmoid"},
    {"nn.sigmoid", "Sigmoid"},
    {"math.log_sigmoid", "LogSigmoid"},
    {"math.softplus", "Softplus"},
    {"nn.softplus", "Softplus"},
    {"nn.softsign", "Softsign"},
    {"nn.relu", "Relu"},
    {"nn.relu6", "Relu6"},
    {"nn.leaky_relu", "LeakyRelu"},
    {"nn.elu", "Elu"},
    {"nn.selu", "Selu"},
    {"nn.silu", "Silu"},
    {"nn.swish", "Silu"},
    {"nn.gelu", "Gelu"},
    {"nn.softmax", "Softmax"},
    {"nn.log_softmax", "LogSoftmax"},
    {"clip_by_value", "Clip"},
    {"identity", "Identity"},
    {"stop_gradient", "StopGradient"},
    {"cast", "Cast"},
    {"math.reduce_mean", "Mean"},
    {"math.reduce_sum", "Sum"},
    {"math.reduce_max", "Max"},
    {"math.reduce_min", "Min"},
    {"math.reduce_logsumexp", "Logsumexp"},
    {"math.reduce_variance", "Var"},
    {"math.reduce_std", "Std"},
    {"math.cumsum", "Cumsum"},
    {"linalg.matmul", "Matmul"},
    {"tensordot", "Tensordot"},
    {"compat.v1.transpose", "Transpose"},
    {"transpose", "Transpose"},
    {"reshape", "Reshape"},
    {"compat.v1.squeeze", "Squeeze"},
    {"squeeze", "Squeeze"},
    {"expand_dims", "ExpandDims"},
    {"concat", "Concatenate"},
    {"stack", "Stack"},
    {"split", "Split"},
    {"reverse", "Flip"},
    {"roll", "Roll"},
    {"compat.v1.pad", "Pad"},
    {"pad", "Pad"},
    {"compat.v1.gather", "Take"},
    {"gather", "Take"},
    {"repeat", "Repeat"},
    {"tile", "Tile"},
};

std::map<std::string_view, std::string_view> const& tensorflow_functions() {
  static std::map<std::string_view, std::string_view> const all(std::begin(tensorflow_names),
                                                                std::end(tensorflow_names));
  return all;
}

// An item of TensorFlow's slices: a mapping, where Keras 3 has an object of class __slice__.
KerasValue as_item(KerasValue const& item) {
  auto const* object = std::get_if<std::shared_ptr<KerasObject const>>(&item.value);
  bool const is_slice = object != nullptr && (*object)->class_name.empty() && (*object)->members.contains("start");
  if (!is_slice) return item;
  KerasObject slice = **object;
  slice.class_name = "__slice__";
  return {std::make_shared<KerasObject const>(std::move(slice))};
}

std::vector<OnnxOperand> make_slices(KerasOperation const& operation) {
  KerasValue const* given = operation.find({"slice_spec"});
  if (given == nullptr) operation.refuse("its slices are missing");
  auto const* list = std::get_if<std::vector<KerasValue>>(&given->value);
  std::vector<KerasValue> items;
  for (KerasValue const& item : list == nullptr ? std::vector{*given} : *list) items.push_back(as_item(item));
  return selected_keras_items(operation, operation.first(), items);
}

}  // namespace

bool is_keras_operator(std::string_view class_name) {
  return operators().contains(class_name);
}

std::vector<TensorView> make_keras_operator(Making const& making) {
  auto const found = operators().find(making.layer.class_name);
  if (found == operators().end()) {
    making.options.refuse(
        fmt::format("Keras's operator {} is not supported; export the network to ONNX, or build it without",
                    shoal::quoted(making.layer.class_name)));
  }
  KerasOperation const operation(making);
  return operation.finished(found->second(operation));
}

std::vector<TensorView> make_tensorflow_operator(Making const& making) {
  KerasOperation const operation(making);
  // The name of the operation in the graph, and how its gradient is spread, change nothing.
  making.layer.call.has({"name"});
  making.layer.call.require_flag({"conjugate"}, false);
  making.layer.call.require_real({"batch_dims"}, 0);
  std::string const function = making.options.text({"function"}, "");
  if (function == "__operators__.getitem") return operation.finished(make_slices(operation));
  auto const named = tensorflow_functions().find(function);
  if (named == tensorflow_functions().end()) {
    making.options.refuse(
        fmt::format("TensorFlow's function {} is not supported; export the network to ONNX, or build it "
                    "without",
                    shoal::quoted(function)));
  }
  return operation.finished(operators().at(named->second)(operation));
}

}  // namespace shoal::readers
