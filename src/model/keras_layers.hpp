// SPDX-License-Identifier: MIT
// One Keras layer → one layer of a network, its weights taken and checked.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/keras_graph.hpp"
#include "model/keras_weights.hpp"
#include "model/network.hpp"

namespace shoal::model {

// What a layer reads.
struct KerasInput {
  Shape shape;
  bool has_positions = true;  // false after flattening and global pooling: Keras drops the dimension
};

struct MadeLayer {
  Layer layer;
  bool has_positions = true;
  std::optional<Layer> fused = {};  // the activation that a layer carries, when it is not linear
  std::optional<Layer> first = {};  // a layer between the inputs and `layer`: a separable convolution's depthwise part
};

// Whether layers of this class read any number of others.
bool joins_keras_layers(std::string_view class_name);

// Translates `layer`, which reads `inputs`. Errors: input, naming layer, class and file: an unknown class, an option
// that is not supported, a weight that is missing or of another shape.
MadeLayer make_keras_layer(KerasLayer const& layer, std::vector<KerasInput> const& inputs, KerasWeights& weights);

// Shape [positions, 4] of an input layer. Errors: input: no fixed length, or channels that are not the four bases.
Shape keras_input_shape(KerasLayer const& layer);

}  // namespace shoal::model
