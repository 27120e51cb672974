// SPDX-License-Identifier: MIT
// Keras weights files that name a layer's group by class and number: "layers/conv1d_1/vars/0".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hdf5/isolated_reader.hpp"
#include "readers/keras/graph/graph.hpp"

namespace shoal::readers {

// The name of a class in such a group: "BatchNormalization" → "batch_normalization", "Conv1D" → "conv1d".
std::string keras_snake_case(std::string_view name);

// Whether the file names its groups so.
bool is_numbered(hdf5::Contents const& contents);

// Indices of the arrays of each layer, in the order in which Keras lists them. Layers are called as in the graph's
// places; a layer inside a wrapper, or one that is an activation, is "LAYER/layer" or "LAYER/activation". Errors:
// input, naming `file`: an array that belongs to no layer of the graph.
std::map<std::string, std::vector<std::size_t>> numbered_weights(hdf5::Contents const& contents,
                                                                 KerasGraph const& graph, std::string const& file);

}  // namespace shoal::readers
