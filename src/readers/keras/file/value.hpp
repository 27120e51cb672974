// SPDX-License-Identifier: MIT
// A value of a Keras configuration, or of a layer's call, as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace shoal::readers {

struct KerasObject;

// An output of a layer as an argument of a call: the number of one of the inputs of the layer that is called.
struct KerasTensor {
  std::size_t input = 0;
};

// Something that has no other form here and can only be refused.
struct KerasOpaque {
  std::string text;  // its JSON, cut
};

// Nothing stands for null. A built-in function of Keras is given by its name.
struct KerasValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<KerasValue>,
               std::shared_ptr<KerasObject const>, KerasTensor, KerasOpaque>
      value;

  bool is_null() const { return std::holds_alternative<std::monostate>(value); }
};

using KerasMembers = std::map<std::string, KerasValue, std::less<>>;

// An initializer, a layer in the place of an activation, an array, a function of the user's own, or a plain mapping.
struct KerasObject {
  std::string class_name;       // empty if the object names none
  std::string module;           // empty if it is null or absent
  std::string registered_name;  // the same
  KerasMembers members;         // members of its configuration
};

// Where a layer's class comes from, as far as the file says; Keras 3 and late Keras 2 say it.
struct KerasOrigin {
  bool is_given = false;        // true if the file has a module, which may be null
  std::string module;           // empty if it is null or absent
  std::string registered_name;  // the same
  bool is_operation = false;    // one of Keras 3's operators (keras.ops), whose classes share names with layers
};

// The value for a message, in one line, cut if it is long.
std::string shown(KerasValue const& value);

}  // namespace shoal::readers
