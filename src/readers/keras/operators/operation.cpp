// SPDX-License-Identifier: MIT
#include "readers/keras/operators/operation.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "readers/onnx/operators/operators.hpp"

namespace shoal::readers {

namespace {

constexpr std::int64_t newest_opset = 18;
constexpr std::size_t largest_constant = std::size_t{1} << 24;

// Nested lists of numbers as a tensor. Depth-first is row-major; the first list of every level says how long all lists
// are.
class TensorReader {
 public:
  explicit TensorReader(KerasOperation const& operation) : operation_(operation) {}

  OnnxTensor read(KerasValue const& value) {
    KerasValue const* inner = &value;
    while (auto const* list = std::get_if<std::vector<KerasValue>>(&inner->value)) {
      if (list->empty()) refuse(value);
      tensor_.dims.push_back(static_cast<std::int64_t>(list->size()));
      inner = &list->front();
    }
    add(value, 0);
    return std::move(tensor_);
  }

 private:
  void add(KerasValue const& value, std::size_t depth) {
    if (auto const* list = std::get_if<std::vector<KerasValue>>(&value.value)) {
      if (depth >= tensor_.dims.size() || tensor_.dims[depth] != static_cast<std::int64_t>(list->size())) refuse(value);
      for (KerasValue const& element : *list) add(element, depth + 1);
      return;
    }
    if (depth != tensor_.dims.size() || tensor_.floats.size() >= largest_constant) refuse(value);
    if (auto const* number = std::get_if<double>(&value.value)) {
      tensor_.floats.push_back(static_cast<float>(*number));
    } else if (auto const* whole = std::get_if<std::int64_t>(&value.value)) {
      tensor_.floats.push_back(static_cast<float>(*whole));
    } else if (auto const* flag = std::get_if<bool>(&value.value)) {
      tensor_.floats.push_back(*flag ? 1.0F : 0.0F);
    } else {
      refuse(value);
    }
  }

  [[noreturn]] void refuse(KerasValue const& value) const {
    operation_.refuse(
        fmt::format("{} among its arguments is neither a layer's output nor an array of numbers", shown(value)));
  }

  KerasOperation const& operation_;
  OnnxTensor tensor_;
};

}  // namespace

KerasValue const* KerasOperation::find(Spellings names) const {
  KerasValue const* given = making_.layer.call.find(names);
  return given != nullptr ? given : making_.options.find(names);
}

OnnxOperand KerasOperation::operand(KerasValue const& value) const {
  if (auto const* tensor = std::get_if<KerasTensor>(&value.value)) {
    if (tensor->input >= making_.inputs.size()) refuse("it reads a layer that is not there");
    return making_.inputs[tensor->input];
  }
  if (auto const* object = std::get_if<std::shared_ptr<KerasObject const>>(&value.value)) {
    auto const values = (*object)->members.find("value");
    bool const is_array = (*object)->class_name == "__numpy__" || (*object)->class_name == "__tensor__";
    if (is_array && values != (*object)->members.end()) return TensorReader(*this).read(values->second);
  }
  return TensorReader(*this).read(value);
}

OnnxOperand KerasOperation::operand(Spellings names) const {
  KerasValue const* value = find(names);
  if (value == nullptr) refuse(fmt::format("its argument '{}' is missing", *(names.end() - 1)));
  return operand(*value);
}

OnnxOperand KerasOperation::first() const {
  return operand({keras_argument(0), "x1", "inputs", "input", "x"});
}

OnnxOperand KerasOperation::second() const {
  return operand({keras_argument(1), "b", "bias", "y", "x2"});
}

std::vector<OnnxOperand> KerasOperation::listed() const {
  KerasValue const* value = find({keras_argument(0), "xs", "values", "arrays", "x"});
  auto const* list = value == nullptr ? nullptr : std::get_if<std::vector<KerasValue>>(&value->value);
  if (list == nullptr || list->empty()) refuse("its first argument is no list of values");
  std::vector<OnnxOperand> operands;
  for (KerasValue const& element : *list) operands.push_back(operand(element));
  return operands;
}

std::int64_t KerasOperation::rank(OnnxOperand const& operand) const {
  if (auto const* view = std::get_if<OnnxView>(&operand)) return static_cast<std::int64_t>(view->axes.size()) + 1;
  auto const* tensor = std::get_if<OnnxTensor>(&operand);
  return tensor == nullptr ? 0 : static_cast<std::int64_t>(tensor->dims.size());
}

bool KerasOperation::flag(Spellings names, bool fallback) const {
  return making_.layer.call.has(names) ? making_.layer.call.flag(names, fallback)
                                       : making_.options.flag(names, fallback);
}

double KerasOperation::real(Spellings names, double fallback) const {
  return making_.layer.call.has(names) ? making_.layer.call.real(names, fallback)
                                       : making_.options.real(names, fallback);
}

std::vector<std::int64_t> KerasOperation::integers(Spellings names) const {
  return making_.layer.call.has(names) ? making_.layer.call.integers(names) : making_.options.integers(names);
}

std::optional<std::int64_t> KerasOperation::integer(Spellings names) const {
  std::vector<std::int64_t> const numbers = integers(names);
  if (numbers.empty()) return std::nullopt;
  if (numbers.size() != 1) refuse(fmt::format("its argument '{}' must be one whole number", *names.begin()));
  return numbers.front();
}

OnnxOperand KerasOperation::apply(std::string const& operation, std::vector<OnnxOperand> operands,
                                  Attributes const& attributes, std::string_view part) const {
  return apply_all(operation, std::move(operands), attributes, 1, part).at(0);
}

std::vector<OnnxOperand> KerasOperation::apply_all(std::string const& operation, std::vector<OnnxOperand> operands,
                                                   Attributes const& attributes, std::size_t outputs,
                                                   std::string_view part) const {
  OnnxNode node;
  node.operation = operation;
  node.name = part.empty() ? making_.layer.name : fmt::format("{}/{}", making_.layer.name, part);
  node.attributes = attributes;
  node.inputs.resize(operands.size(), making_.layer.name);
  node.outputs.resize(outputs, making_.layer.name);
  std::vector<std::optional<OnnxOperand>> given;
  for (OnnxOperand& each : operands) given.emplace_back(std::move(each));
  return make_onnx_operator(OnnxCall(node, std::move(given), making_.graph, newest_opset));
}

std::vector<TensorView> KerasOperation::finished(std::vector<OnnxOperand> const& made) const {
  std::vector<TensorView> views;
  for (OnnxOperand const& each : made) {
    auto const* view = std::get_if<OnnxView>(&each);
    if (view == nullptr)
      refuse("it gives no value that depends on the sequence, or a comparison; neither is supported");
    if (view->batch != BatchPlace{}) refuse("it moves the batch axis, or joins it with another");
    views.push_back(*view);
  }
  return views;
}

OnnxOperand onnx_number(double value) {
  return OnnxTensor{{}, true, {static_cast<float>(value)}, {}};
}

OnnxOperand onnx_integers(std::vector<std::int64_t> values) {
  auto const count = static_cast<std::int64_t>(values.size());
  return OnnxTensor{{count}, false, {}, std::move(values)};
}

OnnxAttribute onnx_attribute(std::int64_t value) {
  return {OnnxAttribute::Kind::integer, {}, OnnxTensor{{}, false, {}, {value}}};
}

OnnxAttribute onnx_attribute(std::vector<std::int64_t> const& values) {
  return {OnnxAttribute::Kind::integers, {}, OnnxTensor{{static_cast<std::int64_t>(values.size())}, false, {}, values}};
}

OnnxAttribute onnx_real(double value) {
  return {OnnxAttribute::Kind::real, {}, OnnxTensor{{}, true, {static_cast<float>(value)}, {}}};
}

OnnxAttribute onnx_text(std::string value) {
  return {OnnxAttribute::Kind::text, std::move(value), {}};
}

}  // namespace shoal::readers
