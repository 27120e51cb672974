// SPDX-License-Identifier: MIT
// What the JSON of all Keras versions has in common: options, references to layers, and the uses of a layer.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "readers/keras/file/value.hpp"

namespace shoal::readers {

// Keeps the order of objects' members: outputs may be an object.
using Json = nlohmann::ordered_json;

// The most uses of one layer; larger numbers in references count as this one.
inline constexpr std::int64_t most_keras_uses = 10'000;

// An option as a plain value: built-in functions by their names, tuples as lists.
KerasValue to_value(Json const& json);

// Whether an option's value is a layer. In some versions functions are objects too, but have no name.
bool is_named_object(Json const& json);

// An output of a use of a layer.
struct KerasReference {
  std::string layer;
  std::int64_t use = 0, output = 0;
};

// What `json` refers to, in its order: ["name", use, output, {arguments}] in Keras 1 and 2, an object with
// `keras_history` in Keras 3, either of them nested in lists, argument lists or objects.
std::vector<KerasReference> references_of(Json const& json);

KerasOrigin origin_of(Json const& layer);

// The uses of a layer; an input layer has none.
std::vector<Json> uses_of(Json const& layer);

// The arguments of a use. Keras 1 and 2 write the first one, by its place, and all others by their names.
struct KerasUse {
  std::vector<KerasReference> inputs;  // what the use reads, in the file's order; a KerasTensor is one of them
  std::vector<KerasValue> placed;
  KerasMembers named;
};
KerasUse use_of(Json const& use);

}  // namespace shoal::readers
