// SPDX-License-Identifier: MIT
// Keras operators of one value and of two, element by element.
#include <cmath>
#include <numbers>

#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

namespace {

using Operands = std::vector<OnnxOperand>;

// An ONNX operator of one value, without options.
template <auto const& Name>
Operands unary(KerasOperation const& operation) {
  return {operation.apply(Name, {operation.first()})};
}

template <auto const& Name>
Operands binary(KerasOperation const& operation) {
  return {operation.apply(Name, {operation.first(), operation.second()})};
}

// clang-format off
constexpr char exponential[] = "Exp", logarithm[] = "Log", root[] = "Sqrt", absolute[] = "Abs", negative[] = "Neg",
    tangent[] = "Tanh", sigmoid[] = "Sigmoid", relu[] = "Relu", softplus[] = "Softplus", silu[] = "Swish",
    softsign[] = "Softsign", reciprocal[] = "Reciprocal", selu[] = "Selu", mish[] = "Mish", hard_silu[] = "HardSwish",
    erf[] = "Erf", identity[] = "Identity", sum[] = "Add", difference[] = "Sub", product[] = "Mul", quotient[] = "Div",
    power[] = "Pow";
// clang-format on

Operands make_square(KerasOperation const& operation) {
  return {operation.apply("Pow", {operation.first(), onnx_number(2)})};
}

Operands make_reciprocal_root(KerasOperation const& operation) {
  return {operation.apply("Pow", {operation.first(), onnx_number(-0.5)})};
}

Operands make_log_of_one_more(KerasOperation const& operation) {
  return {operation.apply("Log", {operation.apply("Add", {operation.first(), onnx_number(1)}, {}, "one_more")})};
}

Operands make_exponential_less_one(KerasOperation const& operation) {
  return {operation.apply("Sub", {operation.apply("Exp", {operation.first()}, {}, "exp"), onnx_number(1)})};
}

Operands make_power_of_two(KerasOperation const& operation) {
  OnnxOperand const scaled = operation.apply("Mul", {operation.first(), onnx_number(std::numbers::ln2)}, {}, "scaled");
  return {operation.apply("Exp", {scaled})};
}

// Computes log x / log of the base.
Operands logarithm_to(KerasOperation const& operation, double inverse) {
  return {operation.apply("Mul", {operation.apply("Log", {operation.first()}, {}, "log"), onnx_number(inverse)})};
}

Operands make_log2(KerasOperation const& operation) {
  return logarithm_to(operation, std::numbers::log2e);
}

Operands make_log10(KerasOperation const& operation) {
  return logarithm_to(operation, std::numbers::log10e);
}

// The logarithm of the sigmoid: -softplus(-x).
Operands make_log_sigmoid(KerasOperation const& operation) {
  OnnxOperand const turned = operation.apply("Neg", {operation.first()}, {}, "negative");
  return {operation.apply("Neg", {operation.apply("Softplus", {turned}, {}, "softplus")})};
}

Operands make_relu6(KerasOperation const& operation) {
  return {operation.apply("Clip", {operation.first(), onnx_number(0), onnx_number(6)})};
}

Operands make_clip(KerasOperation const& operation) {
  OnnxOperand const low = operation.operand({keras_argument(1), "clip_value_min", "x_min"});
  OnnxOperand const high = operation.operand({keras_argument(2), "clip_value_max", "x_max"});
  return {operation.apply("Clip", {operation.first(), low, high})};
}

Operands make_elu(KerasOperation const& operation) {
  return {operation.apply("Elu", {operation.first()}, {{"alpha", onnx_real(operation.real({"alpha"}, 1))}})};
}

Operands make_celu(KerasOperation const& operation) {
  return {operation.apply("Celu", {operation.first()}, {{"alpha", onnx_real(operation.real({"alpha"}, 1))}})};
}

Operands make_leaky_relu(KerasOperation const& operation) {
  double const slope = operation.real({"negative_slope", "alpha"}, 0.2);
  return {operation.apply("LeakyRelu", {operation.first()}, {{"alpha", onnx_real(slope)}})};
}

Operands make_gelu(KerasOperation const& operation) {
  // TensorFlow's default is the exact form.
  bool const by_default = operation.making().layer.class_name != "TFOpLambda";
  char const* form = operation.flag({"approximate"}, by_default) ? "tanh" : "none";
  return {operation.apply("Gelu", {operation.first()}, {{"approximate", onnx_text(form)}})};
}

Operands make_hard_sigmoid(KerasOperation const& operation) {
  return {operation.apply("HardSigmoid", {operation.first()}, {{"alpha", onnx_real(1.0 / 6.0)}})};
}

// ONNX's operator with one number; for two values a + max(b - a, 0) and a - max(a - b, 0).
template <bool Larger>
Operands make_extreme(KerasOperation const& operation) {
  OnnxOperand const left = operation.first(), right = operation.second();
  auto const is_number = [](OnnxOperand const& operand) {
    auto const* tensor = std::get_if<OnnxTensor>(&operand);
    return tensor != nullptr && tensor->size() == 1;
  };
  if (is_number(left) || is_number(right)) return {operation.apply(Larger ? "Max" : "Min", {left, right})};
  OnnxOperand const gap = operation.apply("Sub", Larger ? Operands{right, left} : Operands{left, right}, {}, "by");
  OnnxOperand const step = operation.apply("Relu", {gap}, {}, "step");
  return {operation.apply(Larger ? "Add" : "Sub", {left, step})};
}

// The last two axes of an operand swapped.
OnnxOperand turned(KerasOperation const& operation, OnnxOperand const& value, char const* part) {
  std::int64_t const rank = operation.rank(value);
  std::vector<std::int64_t> order;
  for (std::int64_t axis = 0; axis < rank; ++axis) order.push_back(axis);
  if (rank < 2) operation.refuse("it multiplies values of less than two axes");
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return operation.apply("Transpose", {value}, {{"perm", onnx_attribute(order)}}, part);
}

Operands make_matrix_product(KerasOperation const& operation) {
  OnnxOperand left = operation.first(), right = operation.second();
  if (operation.flag({"transpose_a"}, false)) left = turned(operation, left, "left");
  if (operation.flag({"transpose_b"}, false)) right = turned(operation, right, "right");
  return {operation.apply("MatMul", {left, right})};
}

// What is computed here has the type float32 in any case.
Operands make_cast(KerasOperation const& operation) {
  KerasValue const* type = operation.find({keras_argument(1), "dtype"});
  auto const* name = type == nullptr ? nullptr : std::get_if<std::string>(&type->value);
  if (name == nullptr || (*name != "float32" && *name != "float64")) {
    operation.refuse("a cast to another type than float32 is not supported");
  }
  return {operation.apply("Identity", {operation.first()})};
}

}  // namespace

void add_keras_functions(KerasOperators& operators) {
  operators["Exp"] = unary<exponential>;
  operators["Expm1"] = make_exponential_less_one;
  operators["Exp2"] = make_power_of_two;
  operators["Log"] = unary<logarithm>;
  operators["Log1p"] = make_log_of_one_more;
  operators["Log2"] = make_log2;
  operators["Log10"] = make_log10;
  operators["Sqrt"] = unary<root>;
  operators["Rsqrt"] = make_reciprocal_root;
  operators["Square"] = make_square;
  operators["Absolute"] = operators["Abs"] = unary<absolute>;
  operators["Negative"] = unary<negative>;
  operators["Reciprocal"] = unary<reciprocal>;
  operators["Erf"] = unary<erf>;
  operators["Tanh"] = unary<tangent>;
  operators["Sigmoid"] = unary<sigmoid>;
  operators["LogSigmoid"] = make_log_sigmoid;
  operators["HardSigmoid"] = make_hard_sigmoid;
  operators["Relu"] = unary<relu>;
  operators["Relu6"] = make_relu6;
  operators["LeakyRelu"] = make_leaky_relu;
  operators["Elu"] = make_elu;
  operators["Celu"] = make_celu;
  operators["Selu"] = unary<selu>;
  operators["Mish"] = unary<mish>;
  operators["Gelu"] = make_gelu;
  operators["Silu"] = unary<silu>;
  operators["HardSilu"] = unary<hard_silu>;
  operators["Softplus"] = unary<softplus>;
  operators["Softsign"] = unary<softsign>;
  operators["Clip"] = make_clip;
  operators["Identity"] = operators["StopGradient"] = unary<identity>;
  operators["Cast"] = make_cast;
}

void add_keras_arithmetic(KerasOperators& operators) {
  operators["Add"] = binary<sum>;
  operators["Subtract"] = binary<difference>;
  operators["Multiply"] = binary<product>;
  operators["Divide"] = operators["TrueDivide"] = binary<quotient>;
  operators["Power"] = binary<power>;
  operators["Maximum"] = make_extreme<true>;
  operators["Minimum"] = make_extreme<false>;
  operators["Matmul"] = make_matrix_product;
}

}  // namespace shoal::readers
