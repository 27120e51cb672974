// SPDX-License-Identifier: MIT
// ONNX's comparisons with a number, and Where: a choice by a constant mask, or one that is an activation.
#include <algorithm>
#include <limits>

#include "model/onnx_call.hpp"

namespace shoal::model {

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
    return call.add_same(Activate{Activation::relu, 1.0F}, call.any_view(upper));
  }
  auto const found = match_choice(call, compared, call.any_view(upper), call.any_view(lower));
  if (!found) call.refuse("its choice depends on the sequence, and it is neither softplus nor a ReLU");
  return *found;
}

// x where a constant mask holds, a constant elsewhere, or the other way round: x times 0 or 1, and what replaces it.
// Minus infinity, as attention masks have it, becomes the lowest finite number, whose exponential is zero, too.
std::vector<OnnxOperand> make_where(OnnxCall const& call) {
  if (auto const* compared = std::get_if<OnnxComparison>(&call.operand(0))) return {chosen(call, *compared)};
  OnnxTensor const& mask = call.constant(0);
  if (mask.is_float) call.refuse("its condition is no mask");
  if (!call.is_constant(1) && !call.is_constant(2)) call.refuse("a choice between two computed values");
  bool const value_first = !call.is_constant(1);
  OnnxTensor const& other = call.constant(value_first ? 2 : 1);
  if (other.size() != 1 || !other.is_float) call.refuse("only one number is supported in the place of values");
  float const number =
      std::clamp(other.floats[0], -std::numeric_limits<float>::max(), std::numeric_limits<float>::max());
  std::vector<float> factors, terms;
  for (std::int64_t const each : mask.integers) {
    bool const keeps = (each != 0) == value_first;
    factors.push_back(keeps ? 1.0F : 0.0F);
    terms.push_back(keeps ? 0.0F : number);
  }
  OnnxView const kept = multiplied_by_constant(call, call.any_view(value_first ? 1 : 2), mask.dims, factors);
  return {plus_constant(call, kept, mask.dims, terms)};
}

}  // namespace

void add_choice_operators(OnnxMakers& makers) {
  makers["Greater"] = make_comparison<true>;
  makers["GreaterOrEqual"] = make_comparison<true>;
  makers["Less"] = make_comparison<false>;
  makers["LessOrEqual"] = make_comparison<false>;
  makers["Where"] = make_where;
}

}  // namespace shoal::model
