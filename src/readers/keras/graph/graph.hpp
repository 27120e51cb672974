// SPDX-License-Identifier: MIT
// A Keras model's configuration (Keras 1, 2 and 3) as a list of layers that name what they read.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "readers/keras/file/options.hpp"

namespace shoal::readers {

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
  std::vector<KerasLayer> wrapped;  // the layers inside Bidirectional and TimeDistributed, backward_layer second
  bool each_position = false;       // inside a model that TimeDistributed applies to every position
  std::map<std::string, KerasLayer, std::less<>> activations = {};  // by option: layers in the place of functions
};

// A layer, or a model inside the model, in the order in which its model lists it.
struct KerasPlace {
  std::string name;  // as weights_name
  std::string class_name;
};

// The name in KerasLayer::call of the argument at this place, from 0.
std::string keras_argument(std::size_t place);

// Uses in the file's order. In a Sequential model each layer reads the one before; its input layer is made up if only
// the first layer's shape is given.
struct KerasGraph {
  std::vector<KerasLayer> layers;
  std::vector<std::string> inputs;   // names of the input layers, in the model's order
  std::vector<std::string> outputs;  // outputs of the model, in its order
  std::vector<KerasPlace> places;    // every layer once, whether it is used or not
  std::string keras_version;         // "2.15.0"; if no file says it, "3" or "2" by the form of the configuration
  std::string lower_precision;       // "mixed_float16": the policy of layers that compute in less than float32, if any
};

// Parses the JSON text of `model_config` or of model.to_json(). `version` is Keras's, if something beside the text
// says it. Errors: input, naming `file`, with the position of a syntax error. The layers of a model inside the model
// are named "MODEL/LAYER", those of its second use "MODEL@2/LAYER".
KerasGraph parse_keras_graph(std::string_view json, std::string const& file, std::string const& version = {});

}  // namespace shoal::readers
