// SPDX-License-Identifier: MIT
// From an ONNX file to a network.
#pragma once

#include <string>

#include "network/network.hpp"
#include "readers/onnx/file/file.hpp"
#include "readers/replacements.hpp"

namespace shoal::readers {

// Translates a parsed model; runs no foreign library. `file` becomes the network's source. Errors: input, naming node,
// operator and file: an unknown operator, an option or shape that is not supported, an input that is fed by nothing.
network::Network build_onnx_network(OnnxModel const& model, std::string const& file, ReplacementUse& replacements);

// Reads `file` in a child process and translates it. The digest covers external weight files too.
network::Network read_onnx_network(std::string const& file, ReplacementUse& replacements);

// Whether the file begins like the protobuf message of an ONNX model: with the field ir_version.
bool looks_like_onnx(std::string const& file);

}  // namespace shoal::readers
