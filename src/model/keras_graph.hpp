// SPDX-License-Identifier: MIT
// A Keras model's configuration (Keras 1, 2 and 3) as a list of layers that name what they read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/keras_options.hpp"

namespace shoal::model {

struct KerasLayer {
  std::string name;
  std::string class_name;
  std::vector<std::string> inputs;  // names of the layers that it reads, once per use
  KerasOptions options;
};

// Layers in the file's order. A Sequential model's layers read one another in turn, its input layer is made up where
// only the first layer's shape is given.
struct KerasGraph {
  std::vector<KerasLayer> layers;
  std::vector<std::string> outputs;  // names of layers, in the file's order
};

// Parses the JSON text of `model_config` or of model.to_json(). Errors: input, naming `file`, with the position of a
// syntax error; several inputs and shared layers are refused by name. The
// layers of a model inside the model are named "MODEL/LAYER".
KerasGraph parse_keras_graph(std::string_view json, std::string const& file);

}  // namespace shoal::model
