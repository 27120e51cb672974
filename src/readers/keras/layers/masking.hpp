// SPDX-License-Identifier: MIT
// Keras's Masking layers, which hide positions from the layers that heed masks.
#pragma once

#include "readers/keras/graph/graph.hpp"

namespace shoal::readers {

// Refuses a Masking layer that may have an effect. It has none if it looks for a value other than 0 in the sequences
// themselves, whose rows have one element 1 and the others 0, or none. It also has none if it looks for 0 and
// nothing after it heeds masks. Errors: input, naming the layer and the one that heeds it.
void check_keras_masks(KerasGraph const& graph);

}  // namespace shoal::readers
