// SPDX-License-Identifier: MIT
// ONNX's Attention of four axes (batch, heads, positions, depth): products with a softmax between them.
#include <cmath>
#include <limits>
#include <utility>

#include "readers/onnx/folding/constant.hpp"

namespace shoal::readers {

namespace {

void require_plain(OnnxCall const& call) {
  for (std::size_t i = 4; i < call.operand_count(); ++i) {
    if (call.has(i)) call.refuse("earlier keys and values, or their numbers, are not supported");
  }
  if (call.real("softcap", 0.0F) != 0.0F) call.refuse("softcap is not supported");
  if (call.output_count() > 1) call.refuse("only its first output is supported");
  for (std::size_t i = 0; i < 3; ++i) {
    if (call.view(i).axes.size() != 3) call.refuse("only operands of (batch, heads, positions, depth) are supported");
  }
}

// What is added to the scores: 0 if a key is read, the lowest number if it is not, or the file's own numbers.
OnnxTensor terms_of_mask(OnnxCall const& call) {
  OnnxTensor terms = call.constant(3);
  for (std::int64_t const keeps : terms.integers) {
    terms.floats.push_back(finite_addend(call, keeps != 0 ? 0.0F : -std::numeric_limits<float>::infinity()));
  }
  terms.integers.clear();
  terms.is_float = true;
  for (float& term : terms.floats) term = finite_addend(call, term);
  return terms;
}

// Keys after the query's own position are not read.
OnnxTensor causal_terms(OnnxCall const& call, std::int64_t queries, std::int64_t keys) {
  OnnxTensor terms{{queries, keys}, true, {}, {}};
  element_count(call, terms.dims);
  for (std::int64_t i = 0; i < queries; ++i) {
    for (std::int64_t j = 0; j < keys; ++j) {
      terms.floats.push_back(j <= i ? 0.0F : std::numeric_limits<float>::lowest());
    }
  }
  return terms;
}

// A row that reads nothing has no softmax.
void require_keys(OnnxCall const& call, OnnxTensor const& terms, std::int64_t keys) {
  if (terms.dims.empty() || terms.dims.back() != keys) return;
  for (std::size_t row = 0; row < terms.floats.size(); row += static_cast<std::size_t>(keys)) {
    bool reads = false;
    for (std::size_t j = 0; j < static_cast<std::size_t>(keys); ++j) {
      reads = reads || terms.floats[row + j] > std::numeric_limits<float>::lowest();
    }
    if (!reads) call.refuse("a row of its mask leaves no key");
  }
}

std::vector<OnnxOperand> make_attention(OnnxCall const& call) {
  require_plain(call);
  OnnxGraph& graph = call.graph();
  OnnxView const& queries = call.view(0);
  OnnxView keys = call.view(1);
  std::int64_t const rows = graph.extent(queries, 1), columns = graph.extent(keys, 1);
  double const usual = 1.0 / std::sqrt(static_cast<double>(graph.extent(queries, 2)));
  double const scale = call.has_attribute("scale") ? static_cast<double>(call.real("scale", 1.0F)) : usual;
  std::swap(keys.axes[1], keys.axes[2]);
  OnnxView scores = call.scaled(product_of_values(call, queries, keys), scale, 0, "scores");
  if (call.has(3)) {
    OnnxTensor const terms = terms_of_mask(call);
    require_keys(call, terms, columns);
    scores = plus_constant(call, scores, terms.dims, terms.floats);
  }
  if (call.integer("is_causal", 0) != 0) {
    if (call.has(3)) call.refuse("a mask beside is_causal is not supported");
    OnnxTensor const terms = causal_terms(call, rows, columns);
    scores = plus_constant(call, scores, terms.dims, terms.floats);
  }
  OnnxView const matrix = graph.as_matrix(scores, 2);
  return {product_of_values(call, call.add_same(network::Softmax{network::Axis::channels}, matrix, "weights"),
                            call.view(2))};
}

}  // namespace

void add_fused_attention_operators(OnnxMakers& makers) {
  makers["Attention"] = make_attention;
}

}  // namespace shoal::readers
