// SPDX-License-Identifier: MIT
// ONNX's standard operators, of which Keras's graphs use some under other names.
#pragma once

#include <vector>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

// Translates a node of the standard operators, folding it where all of its operands are constant. Errors: input, naming
// the node: an operator that is unknown or does what Shoal cannot.
std::vector<OnnxOperand> make_onnx_operator(OnnxCall const& call);

}  // namespace shoal::readers
