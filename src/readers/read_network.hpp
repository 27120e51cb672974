// SPDX-License-Identifier: MIT
// From the file of a trained network to its graph.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "network/network.hpp"
#include "readers/replacements.hpp"

namespace shoal::readers {

// Reads a network: `file` is Keras's HDF5 with `model_config` inside, a Keras graph .json together with `weights`
// (HDF5), Keras's .keras archive, or ONNX (operator set 9 and later, weights inside or in files beside it). Foreign
// files are parsed in a short-lived child process: call this before MPI and CUDA start. `length` is the number of bases
// that a network reads if its file leaves that open. A network whose file fixes it keeps its own length, which the
// caller compares. Errors: input, naming the file and the layer: an unknown layer, operator or option is refused by
// name, and so is an open length if `length` is 0. Replacements that the network does not need are ignored.
std::shared_ptr<network::Network const> read_network(std::string const& file, std::string const& weights = {},
                                                     Replacements const& replacements = {}, std::int64_t length = 0);

}  // namespace shoal::readers
