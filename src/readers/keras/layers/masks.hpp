// SPDX-License-Identifier: MIT
// Constant masks in calls of Keras layers: arrays that say what counts and what does not.
#pragma once

#include <cstdint>
#include <optional>

#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

// The number that Keras adds to masked scores before a softmax.
inline constexpr float masked_score = -1e9F;

// A mask argument as ones and zeros; nothing if the call has none. Errors: input: it is computed by a layer, or
// holds other numbers.
std::optional<OnnxTensor> constant_mask(Making const& making, Spellings names);

// The input, with the elements that the call's `mask` leaves out made very small for a softmax along one of its axes.
// The input itself if there is no mask. Errors as constant_mask, and when nothing of an axis is left.
TensorView masked_input(Making const& making, std::size_t axis);

// Attention scores [heads * rows, others], with what `attention_mask` and `use_causal_mask` leave out made very small;
// the same node if nothing is left out. Errors: input, also: a shape that does not fit, or a row of which nothing is
// left, for which versions of Keras give different values.
int masked_scores(Making const& making, int scores, std::int64_t heads, std::int64_t rows, std::int64_t others);

}  // namespace shoal::readers
