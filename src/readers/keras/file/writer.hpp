// SPDX-License-Identifier: MIT
// What a Keras configuration tells about the Keras that wrote it, and about the types that its layers compute in.
#pragma once

#include <string>
#include <string_view>

#include "readers/keras/file/json.hpp"

namespace shoal::readers {

// The version that the model names, else `given`, else "3" or "2" by the form in which it is written.
std::string keras_version_in(Json const& model, std::string const& given);

// Keras's version in the text of an archive's metadata.json; empty where it tells none.
std::string keras_version_of(std::string const& metadata);

// The type or type policy of a layer's configuration, by its name ("float32", "mixed_bfloat16") or, without a name, by
// its class; empty if there is none.
std::string keras_policy(Json const& config);

// Whether it is a policy of quantised layers, or one that differs between layers.
bool is_unknown_keras_policy(std::string_view policy);

}  // namespace shoal::readers
