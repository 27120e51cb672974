// SPDX-License-Identifier: MIT
// A Keras model's configuration (Keras 1, 2 and 3) as a list of layers that name what they read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/keras_options.hpp"

namespace shoal::model {

// One use of a layer. The first use of a layer called "conv" is "conv", the second, with the same weights, "conv@2";
// the first output of a use has its name, the second is "conv:1".
struct KerasLayer {
  std::string name;
  std::string class_name;
  std::vector<std::string> inputs;  // what it reads: outputs of other uses; a KerasTensor of `call` is one of them
  KerasOptions options;
  std::string weights_name;  // the layer's own name, under which its weights are found
  KerasOptions call;         // arguments of this use, by name or by place (keras_argument)
  KerasOrigin origin;
  std::vector<KerasLayer> wrapped;  // of Bidirectional and TimeDistributed: the layers inside, backward_layer second
};

// The name in KerasLayer::call of the argument at this place, from 0.
std::string keras_argument(std::size_t place);

// Uses in the file's order. A Sequential model's layers read one another in turn, its input layer is made up where only
// the first layer's shape is given.
struct KerasGraph {
  std::vector<KerasLayer> layers;
  std::vector<std::string> inputs;   // names of input layers, in the model's order
  std::vector<std::string> outputs;  // what the model gives, in its order
};

// Parses the JSON text of `model_config` or of model.to_json(). Errors: input, naming `file`, with the position of a
// syntax error. The layers of a model inside the model are named "MODEL/LAYER", those of its second use
// "MODEL@2/LAYER".
KerasGraph parse_keras_graph(std::string_view json, std::string const& file);

}  // namespace shoal::model
