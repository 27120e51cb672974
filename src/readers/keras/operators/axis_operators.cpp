// SPDX-License-Identifier: MIT
// Keras operators that change a value's axes, and products along axes that a text names.
#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

namespace {

using Operands = std::vector<OnnxOperand>;

// An axis counted from 0.
std::size_t from_start(KerasOperation const& operation, std::int64_t axis, std::int64_t rank) {
  std::int64_t const counted = axis < 0 ? axis + rank : axis;
  if (counted < 0 || counted >= rank) operation.refuse(fmt::format("axis {} is not one of {}", axis, rank));
  return static_cast<std::size_t>(counted);
}

std::int64_t needed(KerasOperation const& operation, Spellings names) {
  auto const number = operation.integer(names);
  if (!number) operation.refuse(fmt::format("its argument '{}' is missing", *names.begin()));
  return *number;
}

Operands transposed(KerasOperation const& operation, std::vector<std::int64_t> const& order) {
  return {operation.apply("Transpose", {operation.first()}, {{"perm", onnx_attribute(order)}})};
}

Operands make_transpose(KerasOperation const& operation) {
  std::vector<std::int64_t> const order = operation.integers({keras_argument(1), "axes", "perm"});
  if (order.empty()) operation.refuse("it turns all axes around, the batch's too");
  return transposed(operation, order);
}

std::vector<std::int64_t> counting(std::int64_t count) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  return order;
}

Operands make_swap(KerasOperation const& operation) {
  std::int64_t const rank = operation.rank(operation.first());
  std::vector<std::int64_t> order = counting(rank);
  std::swap(order[from_start(operation, needed(operation, {"axis1"}), rank)],
            order[from_start(operation, needed(operation, {"axis2"}), rank)]);
  return transposed(operation, order);
}

Operands make_move(KerasOperation const& operation) {
  std::int64_t const rank = operation.rank(operation.first());
  std::vector<std::int64_t> order = counting(rank);
  std::size_t const from = from_start(operation, needed(operation, {"source"}), rank);
  std::size_t const to = from_start(operation, needed(operation, {"destination"}), rank);
  std::int64_t const moved = order[from];
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(from));
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(to), moved);
  return transposed(operation, order);
}

Operands make_reshape(KerasOperation const& operation) {
  std::vector<std::int64_t> const shape = operation.integers({keras_argument(1), "newshape", "shape"});
  if (shape.empty()) operation.refuse("its shape is missing");
  return {operation.apply("Reshape", {operation.first(), onnx_integers(shape)})};
}

Operands make_squeeze(KerasOperation const& operation) {
  std::vector<std::int64_t> const axes = operation.integers({keras_argument(1), "axis"});
  Operands operands = {operation.first()};
  if (!axes.empty()) operands.push_back(onnx_integers(axes));
  return {operation.apply("Squeeze", operands)};
}

Operands make_expansion(KerasOperation const& operation) {
  std::vector<std::int64_t> const axes = operation.integers({keras_argument(1), "axis"});
  if (axes.empty()) operation.refuse("its axis is missing");
  return {operation.apply("Unsqueeze", {operation.first(), onnx_integers(axes)})};
}

Operands make_einsum(KerasOperation const& operation) {
  KerasValue const* text = operation.find({"subscripts"});
  auto const* equation = text == nullptr ? nullptr : std::get_if<std::string>(&text->value);
  if (equation == nullptr) operation.refuse("its subscripts are missing");
  return {operation.apply("Einsum", {operation.first(), operation.second()}, {{"equation", onnx_text(*equation)}})};
}

// A value's last axis times a matrix.
Operands by_matrix(KerasOperation const& operation) {
  OnnxOperand const matrix = operation.second();
  if (!std::holds_alternative<OnnxTensor>(matrix) || operation.rank(matrix) != 2) {
    operation.refuse("only products with a constant matrix are supported");
  }
  return {operation.apply("MatMul", {operation.first(), matrix})};
}

Operands make_tensor_product(KerasOperation const& operation) {
  if (operation.integers({"axes"}) != std::vector<std::int64_t>{1}) {
    operation.refuse("only axes=1, the last axis with the first one, is supported");
  }
  return by_matrix(operation);
}

}  // namespace

void add_keras_axis_operators(KerasOperators& operators) {
  operators["Transpose"] = make_transpose;
  operators["Swapaxes"] = make_swap;
  operators["Moveaxis"] = make_move;
  operators["Reshape"] = make_reshape;
  operators["Squeeze"] = make_squeeze;
  operators["ExpandDims"] = make_expansion;
  operators["Einsum"] = make_einsum;
  operators["Dot"] = by_matrix;
  operators["Tensordot"] = make_tensor_product;
}

}  // namespace shoal::readers
