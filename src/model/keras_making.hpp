// SPDX-License-Identifier: MIT
// What the translations of Keras layers share.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "model/keras_layers.hpp"

namespace shoal::model {

struct Making {
  KerasLayer const& layer;
  std::vector<KerasInput> const& inputs;
  KerasWeights& weights;
  KerasInput const& input = inputs.front();
  KerasOptions const& options = layer.options;
};

// The option `activation` as a layer; nothing for a linear one. Errors: input, when it is unknown.
std::optional<Layer> activation_named(KerasOptions const& options);

// Refuses the layer unless its input is [positions, channels], channels last.
void require_positions(Making const& making);

// The option `padding`, valid or same.
Padding padding_of(KerasOptions const& options);

// A number as float32. Errors: input, when it is not finite.
float finite(KerasOptions const& options, Spellings names, double fallback);

// A dimension behind the batch, as options name it, as an axis of ours.
Axis axis_of(Making const& making, std::int64_t axis);

using KerasMaker = MadeLayer (*)(Making const&);
using KerasMakers = std::map<std::string_view, KerasMaker>;

// Convolutions and dense layers; layers that move, select or join values.
void add_keras_products(KerasMakers& makers);
void add_keras_moves(KerasMakers& makers);

}  // namespace shoal::model
