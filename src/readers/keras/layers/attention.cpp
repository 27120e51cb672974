// SPDX-License-Identifier: MIT
// Keras's attention layers: softmax over positions of scaled products of queries and keys, as weights of values.
#include <cmath>

#include "readers/keras/layers/masks.hpp"

namespace shoal::readers {

namespace {

struct Heads {
  std::int64_t count = 1, key_depth = 0, value_depth = 0;
};

// From queries [positions, heads * key depth], keys [others, …] and values [others, heads * value depth] to
// [positions, heads * value depth].
int attend(Making const& making, Heads const& heads, int query, int key, int value, std::string_view part) {
  std::int64_t const rows = making.graph.node(query).shape.positions;
  std::int64_t const others = making.graph.node(key).shape.positions;
  if (making.graph.node(value).shape.positions != others) making.options.refuse("its keys and values differ in length");
  std::int64_t const keys = heads.count * heads.key_depth, values = heads.count * heads.value_depth;
  kernels::MatrixSteps const scores{rows * others, others, 1};
  network::MatrixProduct const compare{
      {heads.count, rows, heads.key_depth, others, {heads.key_depth, keys, 1}, {heads.key_depth, 1, keys}, scores},
      {heads.count * rows, others}};
  network::MatrixProduct const average{{heads.count,
                                        rows,
                                        others,
                                        heads.value_depth,
                                        scores,
                                        {heads.value_depth, values, 1},
                                        {heads.value_depth, values, 1}},
                                       {rows, values}};
  int const product = making.add(compare, {query, key}, "scores");
  int const scored = masked_scores(making, product, heads.count, rows, others);
  int const weights = making.add(network::Softmax{network::Axis::channels}, {scored}, "weights");
  return making.add(average, {weights, value}, part);
}

// Queries, keys and values; if there are no keys, the values serve as keys.
struct Attended {
  TensorView query, key, value;
};

// The arguments of MultiHeadAttention, by name or in the order query, value, key.
Attended named_arguments(Making const& making) {
  auto const query = tensor_argument(making, {keras_argument(0), "query", "inputs"});
  auto const value = tensor_argument(making, {keras_argument(1), "value"});
  auto const key = tensor_argument(making, {keras_argument(2), "key"});
  if (!query || !value) making.options.refuse("it needs queries and values");
  return {making.sequence(*query), making.sequence(key ? *key : *value), making.sequence(*value)};
}

// Attention's only argument: a list of query, value and key.
Attended listed_arguments(Making const& making) {
  if (making.inputs.size() > 3) making.options.refuse("masks are not supported");
  if (making.inputs.size() < 2) making.options.refuse("it needs queries and values");
  return {making.sequence(0), making.sequence(making.inputs.size() > 2 ? 2 : 1), making.sequence(1)};
}

// A projection's kernel [channels, heads, depth] and bias [heads, depth], as Keras stores them.
void expect_projection(std::vector<ExpectedWeight>& expected, std::int64_t channels, std::int64_t heads,
                       std::int64_t depth, bool bias) {
  expected.push_back({"kernel", "", {channels, heads, depth}});
  if (bias) expected.push_back({"bias", "", {heads, depth}});
}

std::vector<TensorView> make_multi_head_attention(Making const& making) {
  making.layer.call.require_flag({"return_attention_scores"}, false);
  KerasOptions const& options = making.options;
  Heads heads{options.size({"num_heads"}), options.size({"key_dim"}), 0};
  heads.value_depth = options.size({"value_dim"}, heads.key_depth);
  bool const bias = options.flag({"use_bias"}, true);
  options.require_flag({"use_gate"}, false);
  if (options.has({"attention_axes"}) && options.integers({"attention_axes"}) != std::vector<std::int64_t>{1}) {
    options.refuse("attention along other axes than the positions is not supported");
  }
  Attended const given = named_arguments(making);
  TensorView const views[3] = {given.query, given.key, given.value};
  auto const channels = [&](int i) { return making.graph.node(views[i].node).shape.channels; };
  std::int64_t const units = options.has({"output_shape"}) ? options.size({"output_shape"}) : channels(0);
  std::vector<ExpectedWeight> expected;
  expect_projection(expected, channels(0), heads.count, heads.key_depth, bias);
  expect_projection(expected, channels(1), heads.count, heads.key_depth, bias);
  expect_projection(expected, channels(2), heads.count, heads.value_depth, bias);
  expected.push_back({"kernel", "", {heads.count, heads.value_depth, units}});
  if (bias) expected.push_back({"bias", "", {units}});
  auto weights = making.weights.take_in_order(making.layer, expected);
  auto next = weights.begin();
  auto const project = [&](int from, std::int64_t outputs, std::string_view part, float scale) {
    network::Dense dense{outputs, std::move(*next++), {}};
    if (bias) dense.bias = std::move(*next++);
    for (auto* values : {&dense.kernel, &dense.bias}) {
      for (float& value : *values) value *= scale;
    }
    return making.add(std::move(dense), {from}, part);
  };
  auto const scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(heads.key_depth)));
  int const query = project(views[0].node, heads.count * heads.key_depth, "query", scale);
  int const key = project(views[1].node, heads.count * heads.key_depth, "key", 1.0F);
  int const value = project(views[2].node, heads.count * heads.value_depth, "value", 1.0F);
  int const attended = attend(making, heads, query, key, value, "attended");
  return {making.value(project(attended, units, "", 1.0F))};
}

std::vector<TensorView> make_attention(Making const& making) {
  making.layer.call.require_flag({"return_attention_scores"}, false);
  making.options.require_text({"score_mode"}, "dot");
  auto const [query, key, value] = listed_arguments(making);
  TensorView compared = query;
  if (making.options.flag({"use_scale"}, false)) {
    float const scale = making.weights.take_in_order(making.layer, {{"scale", "", {}}})[0].front();
    compared = making.scaled(query, scale, 0.0F, "scaled");
  }
  Heads const heads{1, making.channels(), making.graph.node(value.node).shape.channels};
  return {making.value(attend(making, heads, compared.node, key.node, value.node, ""))};
}

}  // namespace

void add_keras_attention(KerasMakers& makers) {
  makers["MultiHeadAttention"] = {make_multi_head_attention, KerasArguments::by_name};
  makers["Attention"] = {make_attention, KerasArguments::list};
}

}  // namespace shoal::readers
