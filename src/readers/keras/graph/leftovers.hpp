// SPDX-License-Identifier: MIT
// Nothing in a Keras configuration is ignored: what the maker of a layer did not ask for is known to have no effect,
// or refused.
#pragma once

#include <string_view>

#include "readers/keras/graph/graph.hpp"

namespace shoal::readers {

// Whether an option of a layer's configuration has no effect on what the layer computes outside of training: names,
// initial values, regularisation, rates of dropout, how a computation is carried out.
bool is_harmless_keras_option(std::string_view class_name, std::string_view option);

// Forgets what was asked for of a layer's options and arguments, and of the layers that it wraps.
void forget_reads(KerasLayer const& layer);

// Refuses a layer, or a layer that it wraps, if an option or an argument has not been asked for since and is not
// harmless. Errors: input, naming layer, class, option and value.
void refuse_leftovers(KerasLayer const& layer);

// The same for a model inside the network, or for the network itself, which is laid out instead of made. Also for a
// call with more than its inputs.
void refuse_model_leftovers(KerasLayer const& model);

// Refuses a layer of the user's own that bears the name of one of Keras's, as far as the file tells. Errors: input,
// naming the layer and where its class comes from.
void refuse_foreign(KerasLayer const& layer);

}  // namespace shoal::readers
