// SPDX-License-Identifier: MIT
// Comparisons, choices and ranges of constants: what masks are computed from.
#include <algorithm>

#include "readers/onnx/folding/constant.hpp"

namespace shoal::readers {

namespace {

template <class Number>
bool compared(std::string const& name, Number a, Number b) {
  if (name == "Equal") return a == b;
  if (name == "Greater") return a > b;
  if (name == "GreaterOrEqual") return a >= b;
  if (name == "Less") return a < b;
  if (name == "LessOrEqual") return a <= b;
  if (name == "And") return a != 0 && b != 0;
  if (name == "Or") return a != 0 || b != 0;
  return (a != 0) != (b != 0);  // Xor
}

OnnxTensor fold_comparison(OnnxCall const& call) {
  if (call.operand_count() != 2) call.refuse("it should have two operands");
  OnnxTensor const &left = call.constant(0), &right = call.constant(1);
  if (left.is_float != right.is_float) call.refuse("its constants are of different types");
  OnnxTensor made{common_dims(call, {&left, &right}), false, {}, {}};
  std::size_t const rank = made.dims.size();
  walk(made.dims, {broadcast_strides(left.dims, rank), broadcast_strides(right.dims, rank)},
       element_count(call, made.dims), [&](auto const& at) {
         auto const a = static_cast<std::size_t>(at[0]), b = static_cast<std::size_t>(at[1]);
         bool const is_true = left.is_float ? compared(call.operation(), left.floats[a], right.floats[b])
                                            : compared(call.operation(), left.integers[a], right.integers[b]);
         made.integers.push_back(is_true ? 1 : 0);
       });
  return made;
}

OnnxTensor fold_not(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  if (made.is_float) call.refuse("its operand is no mask");
  for (std::int64_t& value : made.integers) value = value == 0 ? 1 : 0;
  return made;
}

OnnxTensor fold_where(OnnxCall const& call) {
  if (call.operand_count() != 3) call.refuse("it should have three operands");
  OnnxTensor const &mask = call.constant(0), &yes = call.constant(1), &no = call.constant(2);
  if (mask.is_float || yes.is_float != no.is_float) call.refuse("its constants are of different types");
  OnnxTensor made{common_dims(call, {&mask, &yes, &no}), yes.is_float, {}, {}};
  std::size_t const rank = made.dims.size();
  std::vector<Dims> strides;
  for (OnnxTensor const* each : {&mask, &yes, &no}) strides.push_back(broadcast_strides(each->dims, rank));
  walk(made.dims, strides, element_count(call, made.dims), [&](auto const& at) {
    bool const is_yes = mask.integers[static_cast<std::size_t>(at[0])] != 0;
    OnnxTensor const& from = is_yes ? yes : no;
    auto const place = static_cast<std::size_t>(is_yes ? at[1] : at[2]);
    if (made.is_float) made.floats.push_back(from.floats[place]);
    if (!made.is_float) made.integers.push_back(from.integers[place]);
  });
  return made;
}

OnnxTensor fold_range(OnnxCall const& call) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (call.constant(i).size() != 1) call.refuse("its bounds are no single numbers");
  }
  if (call.constant(0).is_float) call.refuse("ranges of fractions are not supported");
  std::int64_t const start = call.integers(0)[0], end = call.integers(1)[0], step = call.integers(2)[0];
  std::int64_t const most = std::int64_t{1} << 28;
  bool const sound = step != 0 && std::max({start, end, step}) <= most && std::min({start, end, step}) >= -most;
  if (!sound) call.refuse("its bounds are impossible");
  OnnxTensor made{{0}, false, {}, {}};
  for (std::int64_t value = start; step > 0 ? value < end : value > end; value += step) made.integers.push_back(value);
  made.dims[0] = static_cast<std::int64_t>(made.integers.size());
  return made;
}

template <bool Larger>
OnnxTensor fold_extreme(OnnxCall const& call) {
  std::vector<OnnxTensor const*> all;
  for (std::size_t i = 0; i < call.operand_count(); ++i) all.push_back(&call.constant(i));
  OnnxTensor made{common_dims(call, all), call.constant(0).is_float, {}, {}};
  std::size_t const rank = made.dims.size();
  for (std::size_t i = 0; i < call.operand_count(); ++i) {
    OnnxTensor const& from = call.constant(i);
    if (from.is_float != made.is_float) call.refuse("its constants are of different types");
    std::size_t next = 0;
    auto const take = [&](auto& to, auto value) {
      if (i == 0) to.push_back(value);
      if (i > 0 && (Larger ? to[next] < value : value < to[next])) to[next] = value;
      ++next;
    };
    walk(made.dims, {broadcast_strides(from.dims, rank)}, element_count(call, made.dims), [&](auto const& at) {
      auto const place = static_cast<std::size_t>(at[0]);
      if (made.is_float) take(made.floats, from.floats[place]);
      if (!made.is_float) take(made.integers, from.integers[place]);
    });
  }
  return made;
}

}  // namespace

void add_logic_folds(OnnxFolds& folds) {
  for (char const* name : {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor"}) {
    folds[name] = fold_comparison;
  }
  folds["Not"] = fold_not;
  folds["Where"] = fold_where;
  folds["Range"] = fold_range;
  folds["Max"] = fold_extreme<true>;
  folds["Min"] = fold_extreme<false>;
}

}  // namespace shoal::readers
