// SPDX-License-Identifier: MIT
// From Keras files to networks. Errors of all functions: input, naming file and layer; an unknown layer or option is
// refused by name.
#pragma once

#include <string>

#include "network/network.hpp"
#include "readers/replacements.hpp"

namespace shoal::readers {

// HDF5 with the graph inside (`model_config`). Errors: also input, when there is none.
network::Network read_keras_file(std::string const& file, ReplacementUse& replacements);

// Keras 3's `.keras` archive.
network::Network read_keras_zip(std::string const& file, ReplacementUse& replacements);

// A graph in JSON and its weights in HDF5. Errors: also config, when `weights` is empty.
network::Network read_keras_pair(std::string const& file, std::string const& weights, ReplacementUse& replacements);

}  // namespace shoal::readers
