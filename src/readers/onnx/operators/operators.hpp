// SPDX-License-Identifier: MIT
// The standard operators of ONNX, some of which Keras's graphs use under other names.
#pragma once

#include <vector>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

// Translates a node of the standard operators; folds it if all of its operands are constant. Errors: input, naming
// the node: an operator that is unknown or does what Shoal cannot.
std::vector<OnnxOperand> make_onnx_operator(OnnxCall const& call);

}  // namespace shoal::readers
