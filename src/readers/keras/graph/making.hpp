// SPDX-License-Identifier: MIT
// What the translations of Keras layers share.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "readers/keras/layers/layers.hpp"

namespace shoal::readers {

// One use of a layer while it is translated. Values are tensors as Keras sees them, without the batch. The node that a
// layer makes last has the layer's name; its parts are called "LAYER/part".
struct Making {
  KerasLayer const& layer;
  std::vector<TensorView> const& inputs;
  KerasWeights& weights;
  TensorGraph& graph;
  ReplacementUse& replacements;
  TensorView const& input = inputs.front();
  KerasOptions const& options = layer.options;

  std::size_t rank() const { return input.axes.size(); }
  // Length of the last axis.
  std::int64_t channels() const;
  // An input as a matrix of positions and channels; the channels are its last axis.
  TensorView matrix(std::size_t index = 0) const;
  // The same as `matrix`, but refuses the layer unless the input has two axes and channels come last.
  TensorView sequence(std::size_t index = 0) const;

  int add(network::Layer made, std::vector<int> from, std::string_view part = {}) const;
  // The view with another node, of the same axes.
  TensorView same(network::Layer made, TensorView const& view, std::string_view part = {}) const;
  // Values [positions, channels], or [channels] where `flat`.
  TensorView value(int node, bool flat = false) const;
  // The view after the activation that the option names or is.
  TensorView activated(TensorView const& view, std::string_view option = "activation") const;
  // Computes x * scale + shift, the same for every channel.
  TensorView scaled(TensorView const& view, float scale, float shift, std::string_view part = {}) const;
  // An axis as options count it (the batch is 0), as an index into a view's axes.
  std::size_t axis(std::int64_t counted) const;
};

// The option as one layer; nothing if it is linear. Errors: input, when it is unknown or takes several layers.
std::optional<network::Layer> activation_named(KerasOptions const& options, std::string_view option);

// The view after the activation that the option names, or after the layer that it is; `is_all`: that is all that the
// layer does. Errors: input, when it is unknown.
TensorView apply_activation(Making const& making, TensorView const& view, std::string_view option, bool is_all);

// The option `padding`, valid or same.
network::Padding padding_of(KerasOptions const& options);

// A number as float32. Errors: input, when it is not finite.
float finite(KerasOptions const& options, Spellings names, double fallback);

// Tensors that a layer makes, one for each of its outputs.
using KerasMaker = std::vector<TensorView> (*)(Making const&);

// What the call of a layer gives it: one tensor; a list of tensors; or several arguments that the maker asks for by
// name (`Making::layer.call`), where `Making::inputs` has all tensors that a KerasTensor may mean.
enum class KerasArguments { one, list, by_name };

// How layers of a class are made. Whatever a maker does not ask for, of the layer's options and of its call's
// arguments, is refused after it has run unless readers/keras/graph/harmless.cpp lists it.
struct KerasClass {
  KerasMaker make = nullptr;
  KerasArguments arguments = KerasArguments::one;
  // A class of another package (Baskerville, concise), known by its name because files say that it is the user's own.
  bool is_of_others = false;

  KerasClass() = default;
  KerasClass(KerasMaker maker, KerasArguments given = KerasArguments::one, bool of_others = false)
      : make(maker), arguments(given), is_of_others(of_others) {}
};
using KerasMakers = std::map<std::string_view, KerasClass>;

// Whether the layer does the same with every position by itself, so that it needs no wrapper for that.
bool works_on_each_position(KerasLayer const& layer);

// By groups: convolutions and dense layers; pooling; layers that move or select values; that join several; recurrent
// layers; attention; layers that do something in training only; normalisations; layers that wrap others; Lambda layers.
void add_keras_products(KerasMakers& makers);
void add_keras_pools(KerasMakers& makers);
void add_keras_moves(KerasMakers& makers);
void add_keras_joins(KerasMakers& makers);
void add_keras_recurrences(KerasMakers& makers);
void add_keras_attention(KerasMakers& makers);
void add_keras_augmentations(KerasMakers& makers);
void add_keras_norms(KerasMakers& makers);
void add_keras_wrappers(KerasMakers& makers);
std::vector<TensorView> make_keras_lambda(Making const& making);

// Whether the user says what this layer computes, by its name or its class (Replacements::layers), and what that is.
// Errors of the second function: input: an unknown operation, several inputs, weights that the layer would leave out.
bool is_keras_layer_replaced(Making const& making);
std::vector<TensorView> make_keras_replacement(Making const& making);
// Refuses a layer of a class that is not known, with what the user can do.
[[noreturn]] void refuse_unknown_keras_layer(Making const& making);

}  // namespace shoal::readers
