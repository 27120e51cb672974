// SPDX-License-Identifier: MIT
// One use of a Keras layer → nodes of a network, its weights taken and checked.
#pragma once

#include <string_view>
#include <vector>

#include "readers/keras/file/weights.hpp"
#include "readers/keras/graph/graph.hpp"
#include "readers/replacements.hpp"
#include "readers/tensors/tensor_graph.hpp"

namespace shoal::readers {

struct Making;

// Translates `making.layer`, which reads `making.inputs`, into nodes of `making.graph`: the tensors that it makes.
// Errors: input, naming layer, class and file: an unknown class, an option that is not supported, a weight that is
// missing or of another shape, a Lambda layer without a replacement, an option or an argument that is not understood.
std::vector<TensorView> make_keras_layer(Making const& making);

// Name and extents of an input layer.
DeclaredInput declared_keras_input(KerasLayer const& layer);

// Adds the input layer that takes the sequences: (length, 4) or (4, length), among axes of one element. Errors: input:
// no axis of the four bases, or an open length that the user does not give.
TensorView add_sequence_input(KerasLayer const& layer, TensorGraph& graph, ReplacementUse& replacements);

}  // namespace shoal::readers
