// SPDX-License-Identifier: MIT
// ONNX's comparisons with a number, and Where: a choice by a constant mask, or one that is an activation.
#include "readers/onnx/folding/constant.hpp"

namespace shoal::readers {

namespace {

template <bool Above>
std::vector<OnnxOperand> make_comparison(OnnxCall const& call) {
  bool const first = call.is_constant(0);
  if (call.operand_count() != 2 || call.constant(first ? 0 : 1).size() != 1) {
    call.refuse("only a comparison with one number is supported");
  }
  float const number = call.floats(first ? 0 : 1).front();
  return {OnnxComparison{call.any_view(first ? 1 : 0), static_cast<double>(number), Above != first}};
}

// A choice that depends on the sequence.
OnnxView chosen(OnnxCall const& call, OnnxComparison const& compared) {
  std::size_t const upper = compared.is_above ? 1 : 2, lower = 3 - upper;
  bool const is_zero =
      call.is_constant(lower) && call.constant(lower).size() == 1 && call.floats(lower).front() == 0.0F;
  if (is_zero && compared.threshold == 0 && call.any_view(upper).node == compared.value.node) {
    return call.add_same(network::Activate{network::Activation::relu, 1.0F}, call.any_view(upper));
  }
  auto const found = match_choice(call, compared, call.any_view(upper), call.any_view(lower));
  if (!found) call.refuse("its choice depends on the sequence, and it is neither softplus nor a ReLU");
  return *found;
}

// A constant mask as factors: 1 where a value is taken, else 0.
std::vector<float> factors_of(OnnxTensor const& mask, bool where) {
  std::vector<float> factors;
  for (std::int64_t const each : mask.integers) factors.push_back((each != 0) == where ? 1.0F : 0.0F);
  return factors;
}

// What replaces values if the mask is not `where`, and 0 elsewhere. Minus infinity, as in attention masks, becomes the
// lowest finite number, whose exponential is also zero.
OnnxTensor replacing_terms(OnnxCall const& call, OnnxTensor const& mask, OnnxTensor const& other, bool where) {
  if (!other.is_float) call.refuse("whole numbers in the place of values are not supported");
  OnnxTensor made{common_dims(call, {&mask, &other}), true, {}, {}};
  std::size_t const rank = made.dims.size();
  walk(made.dims, {broadcast_strides(mask.dims, rank), broadcast_strides(other.dims, rank)},
       element_count(call, made.dims), [&](auto const& at) {
         bool const keeps = (mask.integers[static_cast<std::size_t>(at[0])] != 0) == where;
         made.floats.push_back(keeps ? 0.0F : finite_addend(call, other.floats[static_cast<std::size_t>(at[1])]));
       });
  return made;
}

// A choice by a constant mask: values times 0 or 1, and what replaces them.
std::vector<OnnxOperand> make_where(OnnxCall const& call) {
  if (auto const* compared = std::get_if<OnnxComparison>(&call.operand(0))) return {chosen(call, *compared)};
  OnnxTensor const& mask = call.constant(0);
  if (mask.is_float) call.refuse("its condition is no mask");
  auto const masked = [&](std::size_t index) {
    return multiplied_by_constant(call, call.any_view(index), mask.dims, factors_of(mask, index == 1));
  };
  if (!call.is_constant(1) && !call.is_constant(2)) return {joined_views(call, network::Add{}, masked(1), masked(2))};
  std::size_t const value = call.is_constant(1) ? 2 : 1;
  OnnxTensor const terms = replacing_terms(call, mask, call.constant(3 - value), value == 1);
  return {plus_constant(call, masked(value), terms.dims, terms.floats)};
}

}  // namespace

void add_choice_operators(OnnxMakers& makers) {
  makers["Greater"] = make_comparison<true>;
  makers["GreaterOrEqual"] = make_comparison<true>;
  makers["Less"] = make_comparison<false>;
  makers["LessOrEqual"] = make_comparison<false>;
  makers["Where"] = make_where;
}

}  // namespace shoal::readers
