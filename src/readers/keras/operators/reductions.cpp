// SPDX-License-Identifier: MIT
// Keras operators along axes: sums, means, the largest, softmax.
#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

namespace {

using Operands = std::vector<OnnxOperand>;

// The axes that are named, in any of the ways in which they are written. All axes would include the batch.
std::vector<std::int64_t> axes_of(KerasOperation const& operation) {
  std::vector<std::int64_t> axes = operation.integers({keras_argument(1), "axis"});
  if (axes.empty())
    operation.refuse("it runs over all axes, the batch's too; name the axes and save the network again");
  return axes;
}

OnnxOperand reduce(KerasOperation const& operation, std::string const& name, OnnxOperand const& value, bool keep,
                   std::string_view part = {}) {
  KerasOperation::Attributes const attributes = {{"keepdims", onnx_attribute(std::int64_t{keep ? 1 : 0})}};
  return operation.apply(name, {value, onnx_integers(axes_of(operation))}, attributes, part);
}

bool keeps(KerasOperation const& operation) {
  return operation.flag({"keepdims"}, false);
}

Operands make_mean(KerasOperation const& operation) {
  return {reduce(operation, "ReduceMean", operation.first(), keeps(operation))};
}

Operands make_sum(KerasOperation const& operation) {
  return {reduce(operation, "ReduceSum", operation.first(), keeps(operation))};
}

Operands make_max(KerasOperation const& operation) {
  return {reduce(operation, "ReduceMax", operation.first(), keeps(operation))};
}

Operands make_min(KerasOperation const& operation) {
  return {reduce(operation, "ReduceMin", operation.first(), keeps(operation))};
}

Operands make_log_sum_exp(KerasOperation const& operation) {
  return {reduce(operation, "ReduceLogSumExp", operation.first(), keeps(operation))};
}

// The mean of the squared differences to the mean.
OnnxOperand variance(KerasOperation const& operation, std::string_view part) {
  OnnxOperand const value = operation.first(), mean = reduce(operation, "ReduceMean", value, true, "mean");
  OnnxOperand const centred = operation.apply("Sub", {value, mean}, {}, "centred");
  OnnxOperand const squares = operation.apply("Pow", {centred, onnx_number(2)}, {}, "squares");
  return reduce(operation, "ReduceMean", squares, keeps(operation), part);
}

Operands make_variance(KerasOperation const& operation) {
  return {variance(operation, "")};
}

Operands make_deviation(KerasOperation const& operation) {
  return {operation.apply("Sqrt", {variance(operation, "variance")})};
}

// Makes an average by constant weights along one axis: their share of the sum of the products.
Operands make_average(KerasOperation const& operation) {
  OnnxOperand const value = operation.first();
  KerasValue const* given = operation.find({"weights"});
  if (given == nullptr) return make_mean(operation);
  OnnxOperand weights = operation.operand(*given);
  auto* tensor = std::get_if<OnnxTensor>(&weights);
  std::vector<std::int64_t> const axes = axes_of(operation);
  if (tensor == nullptr || tensor->dims.size() != 1 || axes.size() != 1) {
    operation.refuse("only constant weights along one axis are supported");
  }
  double const sum = std::accumulate(tensor->floats.begin(), tensor->floats.end(), 0.0);
  if (sum == 0) operation.refuse("its weights add up to zero");
  for (float& weight : tensor->floats) weight = static_cast<float>(static_cast<double>(weight) / sum);
  // As many axes after it as the value has.
  std::int64_t const rank = operation.rank(value), axis = axes[0] < 0 ? axes[0] + rank : axes[0];
  if (axis < 1 || axis >= rank)
    operation.refuse(fmt::format("axis {} is no axis of its input after the batch", axes[0]));
  tensor->dims.insert(tensor->dims.end(), static_cast<std::size_t>(rank - 1 - axis), 1);
  OnnxOperand const weighted = operation.apply("Mul", {value, weights}, {}, "weighted");
  return {reduce(operation, "ReduceSum", weighted, false)};
}

OnnxAttribute softmax_axis(KerasOperation const& operation) {
  std::vector<std::int64_t> const axes = operation.integers({keras_argument(1), "axis"});
  if (axes.size() > 1) operation.refuse("softmax along several axes is not supported");
  return onnx_attribute(axes.empty() ? std::int64_t{-1} : axes[0]);
}

Operands make_softmax(KerasOperation const& operation) {
  return {operation.apply("Softmax", {operation.first()}, {{"axis", softmax_axis(operation)}})};
}

Operands make_log_softmax(KerasOperation const& operation) {
  return {operation.apply("LogSoftmax", {operation.first()}, {{"axis", softmax_axis(operation)}})};
}

Operands make_running_sum(KerasOperation const& operation) {
  std::vector<std::int64_t> const axes = axes_of(operation);
  if (axes.size() != 1) operation.refuse("running sums along several axes are not supported");
  return {operation.apply("CumSum", {operation.first(), OnnxTensor{{}, false, {}, axes}})};
}

}  // namespace

void add_keras_reductions(KerasOperators& operators) {
  operators["Mean"] = make_mean;
  operators["Sum"] = make_sum;
  operators["Max"] = operators["Amax"] = make_max;
  operators["Min"] = operators["Amin"] = make_min;
  operators["Logsumexp"] = make_log_sum_exp;
  operators["Var"] = make_variance;
  operators["Std"] = make_deviation;
  operators["Average"] = make_average;
  operators["Softmax"] = make_softmax;
  operators["LogSoftmax"] = make_log_softmax;
  operators["Cumsum"] = make_running_sum;
}

}  // namespace shoal::readers
