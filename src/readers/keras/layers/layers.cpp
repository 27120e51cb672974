// SPDX-License-Identifier: MIT
#include "readers/keras/layers/layers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/keras/graph/call.hpp"
#include "readers/keras/graph/leftovers.hpp"
#include "readers/keras/graph/making.hpp"
#include "readers/keras/layers/masks.hpp"
#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

namespace {

std::vector<TensorView> make_activation(Making const& making) {
  return {apply_activation(making, making.input, "activation", true)};
}

std::vector<TensorView> make_relu(Making const& making) {
  KerasOptions const& options = making.options;
  options.require_real({"threshold"}, 0);
  float const slope = finite(options, {"negative_slope"}, 0);
  if (!options.has({"max_value"})) {
    network::Activation const kind = slope == 0.0F ? network::Activation::relu : network::Activation::leaky_relu;
    return {making.same(network::Activate{kind, slope == 0.0F ? 1.0F : slope}, making.input)};
  }
  options.require_real({"negative_slope"}, 0);
  return {making.same(network::Activate{network::Activation::capped_relu, finite(options, {"max_value"}, 6)},
                      making.input)};
}

std::vector<TensorView> make_leaky_relu(Making const& making) {
  float const slope = finite(making.options, {"negative_slope", "alpha"}, 0.3);
  return {making.same(network::Activate{network::Activation::leaky_relu, slope}, making.input)};
}

std::vector<TensorView> make_elu(Making const& making) {
  return {making.same(network::Activate{network::Activation::elu, finite(making.options, {"alpha"}, 1)}, making.input)};
}

// Computes max(x, 0) - slope * max(-x, 0), with one slope per channel or one per element.
std::vector<TensorView> make_prelu(Making const& making) {
  TensorView const matrix = making.matrix();
  network::Shape shape = making.graph.node(matrix.node).shape;
  std::vector<std::int64_t> wanted = making.graph.extents(making.input);
  for (std::int64_t const axis : making.options.integers({"shared_axes"})) wanted[making.axis(axis)] = 1;
  std::int64_t size = 1;
  for (std::int64_t const extent : wanted) size *= extent;
  if (wanted.back() == 1) shape.channels = 1;
  if (size == shape.channels) shape.positions = 1;
  network::Constant slopes{shape, making.weights.take(making.layer, {{"alpha", "alphas", wanted}})[0]};
  for (float& slope : slopes.values) slope = -slope;
  int const constant = making.add(std::move(slopes), {}, "slopes");
  int const above = making.add(network::Activate{network::Activation::relu, 1.0F}, {matrix.node}, "above");
  TensorView const negative = making.scaled(matrix, -1.0F, 0.0F, "negative");
  int const below = making.add(network::Activate{network::Activation::relu, 1.0F}, {negative.node}, "below");
  int const product = making.add(network::Multiply{}, {below, constant}, "sloped");
  return {{making.add(network::Add{}, {above, product}), matrix.axes}};
}

std::vector<TensorView> make_softmax(Making const& making) {
  std::vector<std::int64_t> const axes = making.options.integers({"axis"});
  if (axes.size() > 1) making.options.refuse("softmax along several axes is not supported");
  std::size_t const axis = making.axis(axes.empty() ? -1 : axes[0]);
  TensorView const input = masked_input(making, axis);
  bool const along = input.axes[axis] == TensorAxis{network::Axis::positions};
  TensorView const view = along ? input : making.graph.as_matrix(input, axis);
  return {making.same(network::Softmax{along ? network::Axis::positions : network::Axis::channels}, view)};
}

// Computes x * scale + offset, each a number or one number per channel.
std::vector<TensorView> make_rescaling(Making const& making) {
  network::BatchNorm made;
  TensorView const matrix = making.matrix();
  auto const channels = static_cast<std::size_t>(making.channels());
  auto const per_channel = [&](std::string_view name, double fallback) {
    std::vector<double> values = making.options.reals({name});
    if (values.empty()) values = {fallback};
    if (values.size() == 1) values.assign(channels, values[0]);
    if (values.size() != channels) making.options.refuse(fmt::format("its option '{}' has another length", name));
    return std::vector<float>(values.begin(), values.end());
  };
  made.scale = per_channel("scale", 1);
  made.shift = per_channel("offset", 0);
  return {making.same(std::move(made), matrix)};
}

std::vector<TensorView> make_identity(Making const& making) {
  return {making.same(network::Identity{}, making.input)};
}

// If it has an effect, it was refused before (masking.hpp).
std::vector<TensorView> make_masking(Making const& making) {
  making.options.real({"mask_value"}, 0);
  return make_identity(making);
}

KerasMakers const& makers() {
  static KerasMakers const all = [] {
    KerasMakers made;
    add_keras_products(made);
    add_keras_pools(made);
    add_keras_moves(made);
    add_keras_joins(made);
    add_keras_recurrences(made);
    add_keras_attention(made);
    add_keras_augmentations(made);
    add_keras_norms(made);
    add_keras_wrappers(made);
    made["Activation"] = make_activation;
    made["ReLU"] = make_relu;
    made["ELU"] = make_elu;
    made["LeakyReLU"] = make_leaky_relu;
    made["PReLU"] = make_prelu;
    made["Softmax"] = make_softmax;
    made["TFOpLambda"] = made["SlicingOpLambda"] = {make_tensorflow_operator, KerasArguments::by_name};
    made["Rescaling"] = make_rescaling;
    made["Masking"] = make_masking;
    made["Identity"] = make_identity;
    made["Lambda"] = {make_keras_lambda, KerasArguments::list};
    return made;
  }();
  return all;
}

std::optional<KerasClass> class_of(KerasLayer const& layer) {
  auto const found = makers().find(layer.class_name);
  // Without a module, a class that exists only as a layer is a layer.
  bool const only_layer = !layer.origin.is_given && found != makers().end() && !is_keras_operator(layer.class_name);
  if (layer.origin.is_operation && !only_layer) return KerasClass{make_keras_operator, KerasArguments::by_name};
  if (found == makers().end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::vector<TensorView> make_keras_layer(Making const& making) {
  KerasLayer const& layer = making.layer;
  auto const type = class_of(layer);
  if (!type) {
    if (!is_keras_layer_replaced(making)) refuse_unknown_keras_layer(making);
    return make_keras_replacement(making);
  }
  if (!type->is_of_others) refuse_foreign(layer);
  if (layer.each_position && !works_on_each_position(layer)) {
    making.options.refuse("TimeDistributed of a model that holds such a layer is not supported");
  }
  forget_reads(layer);
  refuse_training(layer);
  KerasArguments const given = type->arguments;
  std::vector<TensorView> const first =
      given == KerasArguments::by_name ? making.inputs : first_argument(making, given == KerasArguments::list);
  auto made = type->make({layer, first, making.weights, making.graph, making.replacements});
  refuse_leftovers(layer);
  return made;
}

DeclaredInput declared_keras_input(KerasLayer const& layer) {
  KerasOptions const& options = layer.options;
  options.require_flag({"sparse"}, false);
  options.require_flag({"ragged"}, false);
  std::vector<std::int64_t> shape = options.integers({"batch_shape", "batch_input_shape"});
  if (!shape.empty()) {
    shape.erase(shape.begin());
  } else if (options.has({"shape", "input_shape"})) {
    shape = options.integers({"shape", "input_shape"});
  } else {
    options.refuse("the network's input shape is missing; it should be (length, 4)");
  }
  refuse_leftovers(layer);
  return {layer.name, shape};
}

TensorView add_sequence_input(KerasLayer const& layer, TensorGraph& graph, ReplacementUse& replacements) {
  DeclaredInput const input = declared_keras_input(layer);
  std::vector<std::size_t> longer;
  for (std::size_t i = 0; i < input.dims.size(); ++i) {
    if (input.dims[i] != 1) longer.push_back(i);
  }
  bool const two = longer.size() == 2;
  bool const last = two && input.dims[longer[1]] == 4, first = two && !last && input.dims[longer[0]] == 4;
  if (!first && !last) {
    std::vector<std::string> parts;
    for (std::int64_t const extent : input.dims) parts.push_back(extent < 0 ? "any" : std::to_string(extent));
    layer.options.refuse(fmt::format(
        "the network's input has shape ({}); Shoal reads (length, 4), one-hot rows of A, C, G, T", join(parts, ", ")));
  }
  std::int64_t const length =
      replacements.sequence_length(input.dims[longer[last ? 0 : 1]], layer.name, graph.network().source);
  TensorView view{graph.add_input(layer.name, {length, 4}), std::vector<TensorAxis>(input.dims.size())};
  view.axes[longer[last ? 0 : 1]] = {network::Axis::positions};
  view.axes[longer[last ? 1 : 0]] = {network::Axis::channels};
  return graph.tidy(std::move(view));
}

}  // namespace shoal::readers
