// SPDX-License-Identifier: MIT
// The arguments of a Keras layer's call.
#pragma once

#include <optional>
#include <vector>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

// The tensors of the first argument, which Keras calls `inputs` or `sequences`. Errors: input: it is missing, it holds
// something other than tensors, or it is more than one tensor although `may_be_list` is false.
std::vector<TensorView> first_argument(Making const& making, bool may_be_list);

// Which of `making.inputs` an argument is, by any of its names (keras_argument if it may be given by place); nothing if
// the call does not have it. Errors: input: it is no tensor.
std::optional<std::size_t> tensor_argument(Making const& making, Spellings names);

// Refuses a call with training=True if that changes what the layer computes.
void refuse_training(KerasLayer const& layer);

}  // namespace shoal::readers
