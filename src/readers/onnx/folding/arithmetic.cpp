// SPDX-License-Identifier: MIT
// Arithmetic of constants: sizes computed from shapes, and weights.
#include <algorithm>
#include <cmath>
#include <limits>

#include "readers/onnx/folding/constant.hpp"

namespace shoal::readers {

namespace {

std::int64_t integer_result(OnnxCall const& call, std::int64_t a, std::int64_t b) {
  std::string const& name = call.operation();
  if (is_batch_multiple(a) || is_batch_multiple(b)) {
    bool const stays_multiple = (name == "Mul" && (is_batch_multiple(a) ? b : a) > 0) ||
                                (name == "Div" && b > 0 && is_batch_multiple(a) && a / batch_size_marker % b == 0);
    if (!stays_multiple) call.refuse("it computes with the number of sequences");
  }
  std::int64_t made = 0;
  bool overflow = false;
  if (name == "Add") {
    overflow = __builtin_add_overflow(a, b, &made);
  } else if (name == "Sub") {
    overflow = __builtin_sub_overflow(a, b, &made);
  } else if (name == "Mul") {
    overflow = __builtin_mul_overflow(a, b, &made);
  } else if (name == "Mod") {
    // As in Python: the sign of the divisor.
    overflow = b == 0 || b == -1;
    if (!overflow) made = (a % b + b) % b;
  } else {
    overflow = b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min());
    if (!overflow) made = a / b;
  }
  if (overflow) call.refuse("its constants overflow");
  return made;
}

float float_result(std::string const& name, float a, float b) {
  if (name == "Add") return a + b;
  if (name == "Sub") return a - b;
  if (name == "Mul") return a * b;
  if (name == "Pow") return std::pow(a, b);
  return a / b;
}

OnnxTensor binary(OnnxCall const& call) {
  OnnxTensor const &left = call.constant(0), &right = call.constant(1);
  if (left.is_float != right.is_float) call.refuse("its constants are of different types");
  if (left.is_float && call.operation() == "Mod") call.refuse("remainders of fractions are not supported");
  if (!left.is_float && call.operation() == "Pow") call.refuse("powers of whole numbers are not supported");
  Dims const dims = common_dims(call, {&left, &right});
  std::size_t const rank = dims.size();
  OnnxTensor made{dims, left.is_float, {}, {}};
  walk(dims, {broadcast_strides(left.dims, rank), broadcast_strides(right.dims, rank)}, element_count(call, dims),
       [&](auto const& at) {
         auto const a = static_cast<std::size_t>(at[0]), b = static_cast<std::size_t>(at[1]);
         if (left.is_float) {
           made.floats.push_back(float_result(call.operation(), left.floats[a], right.floats[b]));
         } else {
           made.integers.push_back(integer_result(call, left.integers[a], right.integers[b]));
         }
       });
  return made;
}

OnnxTensor unary(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  std::string const& name = call.operation();
  for (float& value : made.floats) {
    value = name == "Sqrt"    ? std::sqrt(value)
            : name == "Neg"   ? -value
            : name == "Exp"   ? std::exp(value)
            : name == "Floor" ? std::floor(value)
            : name == "Ceil"  ? std::ceil(value)
                              : 1.0F / value;
  }
  for (std::int64_t& value : made.integers) {
    if (name != "Neg" || is_batch_multiple(value)) call.refuse("its operand holds whole numbers");
    if (__builtin_sub_overflow(std::int64_t{0}, value, &value)) call.refuse("its constants overflow");
  }
  return made;
}

// Rows, however many axes they have, times a matrix: positional features become this, for example.
OnnxTensor fold_product(OnnxCall const& call) {
  Dims left = call.constant(0).dims;
  Dims const& right = call.constant(1).dims;
  if (left.size() < 2 || right.size() != 2 || left.back() != right[0]) {
    call.refuse("its constants are no rows and a matrix that fits");
  }
  std::vector<float> const &a = call.floats(0), &b = call.floats(1);
  OnnxTensor made{left, true, {}, {}};
  made.dims.back() = right[1];
  left = {element_count(call, {left.begin(), left.end() - 1}), right[0]};
  made.floats.resize(static_cast<std::size_t>(element_count(call, made.dims)));
  for (std::int64_t i = 0; i < left[0]; ++i) {
    for (std::int64_t j = 0; j < right[1]; ++j) {
      double sum = 0.0;
      for (std::int64_t k = 0; k < left[1]; ++k) {
        sum += static_cast<double>(a[static_cast<std::size_t>(i * left[1] + k)]) *
               static_cast<double>(b[static_cast<std::size_t>(k * right[1] + j)]);
      }
      made.floats[static_cast<std::size_t>(i * right[1] + j)] = static_cast<float>(sum);
    }
  }
  return made;
}

}  // namespace

void add_arithmetic_folds(OnnxFolds& folds) {
  for (char const* name : {"Add", "Sub", "Mul", "Div", "Mod", "Pow"}) folds[name] = binary;
  for (char const* name : {"Sqrt", "Neg", "Exp", "Floor", "Ceil", "Reciprocal"}) folds[name] = unary;
  folds["MatMul"] = fold_product;
}

}  // namespace shoal::readers
