// SPDX-License-Identifier: MIT
// An operator of a Keras graph (x * 2, ops.mean(x, axis=1), a TFOpLambda) while it is translated into operators of
// ONNX, which mean the same and count axes in the same way, the batch included.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "readers/keras/graph/call.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

// Errors of all functions: input, naming the layer.
class KerasOperation {
 public:
  using Attributes = std::map<std::string, OnnxAttribute, std::less<>>;

  // `making.inputs` are all tensors of the call.
  explicit KerasOperation(Making const& making) : making_(making) {}

  Making const& making() const { return making_; }
  [[noreturn]] void refuse(std::string_view text) const { making_.options.refuse(text); }

  // An argument by any of its names (keras_argument if it may be given by place), or a member of the layer's
  // configuration, where Keras writes some arguments. nullptr if it is absent or null.
  KerasValue const* find(Spellings names) const;
  // A tensor or a constant: a number, nested lists of numbers, or an array object.
  OnnxOperand operand(KerasValue const& value) const;
  OnnxOperand operand(Spellings names) const;
  // The first argument; the second one.
  OnnxOperand first() const;
  OnnxOperand second() const;
  // The first argument as a list of operands.
  std::vector<OnnxOperand> listed() const;
  // Number of axes of an operand, the batch included.
  std::int64_t rank(OnnxOperand const& operand) const;

  bool flag(Spellings names, bool fallback) const;
  double real(Spellings names, double fallback) const;
  // The numbers of a list; a plain number is a list of one. Empty if it is absent.
  std::vector<std::int64_t> integers(Spellings names) const;
  std::optional<std::int64_t> integer(Spellings names) const;

  // The result of one of ONNX's operators (of operator set 18). `part` tells several of one layer apart.
  OnnxOperand apply(std::string const& operation, std::vector<OnnxOperand> operands, Attributes const& attributes = {},
                    std::string_view part = {}) const;
  std::vector<OnnxOperand> apply_all(std::string const& operation, std::vector<OnnxOperand> operands,
                                     Attributes const& attributes, std::size_t outputs,
                                     std::string_view part = {}) const;

  // Results as the tensors of a layer. Errors: also input: the batch is not the first axis any more.
  std::vector<TensorView> finished(std::vector<OnnxOperand> const& made) const;

 private:
  Making const& making_;
};

// Constants and attributes of ONNX's operators.
OnnxOperand onnx_number(double value);
OnnxOperand onnx_integers(std::vector<std::int64_t> values);
OnnxAttribute onnx_attribute(std::int64_t value);
OnnxAttribute onnx_attribute(std::vector<std::int64_t> const& values);
OnnxAttribute onnx_real(double value);
OnnxAttribute onnx_text(std::string value);

// value[items]: numbers, slices, None and an ellipsis, one item per axis.
std::vector<OnnxOperand> selected_keras_items(KerasOperation const& operation, OnnxOperand value,
                                              std::vector<KerasValue> const& items);

// What an operator makes.
using KerasOperator = std::vector<OnnxOperand> (*)(KerasOperation const&);
using KerasOperators = std::map<std::string_view, KerasOperator>;

// Functions of one value; of two; sums, means and others along axes; changes of axes; parts taken and joined.
void add_keras_functions(KerasOperators& operators);
void add_keras_arithmetic(KerasOperators& operators);
void add_keras_reductions(KerasOperators& operators);
void add_keras_axis_operators(KerasOperators& operators);
void add_keras_selections(KerasOperators& operators);

// Whether Keras 3 has an operator of this class that Shoal knows.
bool is_keras_operator(std::string_view class_name);

// Makes an operator of Keras 3 by its class (keras.src.ops), or refuses it by name.
std::vector<TensorView> make_keras_operator(Making const& making);
// TensorFlow's operators in Keras 2's graphs: a function's name (math.multiply) in a TFOpLambda, and slices.
std::vector<TensorView> make_tensorflow_operator(Making const& making);

}  // namespace shoal::readers
