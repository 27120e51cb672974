// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include "base/error.hpp"
#include "readers/onnx/operators/operators.hpp"

namespace shoal::readers {

namespace {

OnnxMakers const& makers() {
  static OnnxMakers const all = [] {
    OnnxMakers made;
    add_window_operators(made);
    add_pool_operators(made);
    add_product_operators(made);
    add_normalisation_operators(made);
    add_element_operators(made);
    add_extreme_operators(made);
    add_arithmetic_operators(made);
    add_choice_operators(made);
    add_axis_operators(made);
    add_reshape_operator(made);
    add_selection_operators(made);
    add_padding_operators(made);
    add_triangle_operators(made);
    add_order_operators(made);
    add_gather_operators(made);
    add_reduction_operators(made);
    add_attention_operators(made);
    add_fused_attention_operators(made);
    add_recurrent_operators(made);
    add_resize_operators(made);
    return made;
  }();
  return all;
}

}  // namespace

std::vector<OnnxOperand> make_onnx_operator(OnnxCall const& call) {
  if (auto folded = fold_onnx_constant(call)) return {std::move(*folded)};
  auto const maker = makers().find(call.operation());
  if (maker == makers().end()) fail(ErrorCode::input, fmt::format("unknown operator: {}", call.where()));
  try {
    return maker->second(call);
  } catch (Error const& error) {
    std::string_view const text = error.what();
    if (text.find(call.where()) != std::string_view::npos) throw;
    throw error.with_context(call.where());
  }
}

}  // namespace shoal::readers
