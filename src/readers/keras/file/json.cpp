// SPDX-License-Identifier: MIT
#include "readers/keras/file/json.hpp"

#include <algorithm>

namespace shoal::readers {

namespace {

constexpr int deepest_value = 16;
constexpr int deepest_reference = 16;
constexpr std::size_t longest_opaque = 60;

std::string text_of(Json const& json, char const* key) {
  Json const found = json.value(key, Json());
  return found.is_string() ? found.get<std::string>() : std::string();
}

// Keras 3 writes a function as {"class_name": "function", "config": "relu"}; a function of another module is the
// user's.
bool is_builtin_function(Json const& json) {
  std::string const module = text_of(json, "module");
  return text_of(json, "class_name") == "function" && json.value("config", Json()).is_string() &&
         (module.empty() || module == "builtins" || module == "keras" || module.starts_with("keras."));
}

KerasOpaque opaque(Json const& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > longest_opaque) text = text.substr(0, longest_opaque) + "…";
  return {std::move(text)};
}

// JSON → values. References to outputs of other layers become values of their own if `found` accepts them.
class ValueReader {
 public:
  explicit ValueReader(std::vector<KerasReference>* found = nullptr) : found_(found) {}

  KerasValue value(Json const& json, int depth = 0) {
    switch (json.type()) {
      case Json::value_t::null:
        return {};
      case Json::value_t::boolean:
        return {json.get<bool>()};
      case Json::value_t::number_integer:
        return {json.get<std::int64_t>()};
      case Json::value_t::number_unsigned:
        return json.get<std::uint64_t>() >> 63U == 0 ? KerasValue{json.get<std::int64_t>()} : KerasValue{opaque(json)};
      case Json::value_t::number_float:
        return {json.get<double>()};
      case Json::value_t::string:
        return {json.get<std::string>()};
      case Json::value_t::array:
        return depth < deepest_value ? list(json, depth) : KerasValue{opaque(json)};
      case Json::value_t::object:
        return depth < deepest_value ? object(json, depth) : KerasValue{opaque(json)};
      default:
        return {opaque(json)};
    }
  }

  // Counts as a reference: the layer's output, to be found among the inputs.
  KerasValue reference(KerasReference reference) {
    found_->push_back(std::move(reference));
    return {KerasTensor{found_->size() - 1}};
  }

 private:
  KerasValue list(Json const& json, int depth) {
    // Keras 2 writes a tensor among named arguments as ["name", use, output].
    bool const refers = found_ != nullptr && json.size() == 3 && json[0].is_string() && json[1].is_number_integer() &&
                        json[2].is_number_integer();
    if (refers) return reference(reference_at(json));
    std::vector<KerasValue> elements;
    for (Json const& element : json) elements.push_back(value(element, depth + 1));
    return {std::move(elements)};
  }

  KerasValue object(Json const& json, int depth) {
    std::string const type = text_of(json, "class_name");
    // TensorFlow writes a tuple as {"class_name": "__tuple__", "items": […]}.
    if (type == "__tuple__") return value(json.value("items", Json()), depth + 1);
    Json const config = json.value("config", Json());
    if (is_builtin_function(json)) return {config.get<std::string>()};
    if (found_ != nullptr && type == "__keras_tensor__") {
      Json const history = config.is_object() ? config.value("keras_history", Json()) : Json();
      bool const is_sound = history.is_array() && !history.empty() && history[0].is_string();
      return is_sound ? reference(reference_at(history)) : KerasValue{opaque(json)};
    }
    KerasObject made{type, text_of(json, "module"), text_of(json, "registered_name"), {}};
    Json const& members = type.empty() ? json : config;
    if (members.is_object()) {
      for (auto const& [name, member] : members.items()) made.members.emplace(name, value(member, depth + 1));
    } else {
      made.members.emplace("config", value(members, depth + 1));
    }
    return {std::make_shared<KerasObject const>(std::move(made))};
  }

  static KerasReference reference_at(Json const& json);

  std::vector<KerasReference>* found_;
};

std::int64_t index_at(Json const& json, std::size_t place) {
  bool const sound = json.size() > place && json[place].is_number_integer();
  return sound ? std::clamp<std::int64_t>(json[place].get<std::int64_t>(), 0, most_keras_uses) : 0;
}

KerasReference ValueReader::reference_at(Json const& json) {
  return {json[0].get<std::string>(), index_at(json, 1), index_at(json, 2)};
}

void collect_references(Json const& json, std::vector<KerasReference>& found, int depth) {
  if (depth > deepest_reference) return;
  if (json.is_array() && !json.empty() && json[0].is_string()) {
    found.push_back({json[0].get<std::string>(), index_at(json, 1), index_at(json, 2)});
  } else if (json.is_object() && json.value("class_name", Json()) == "__keras_tensor__") {
    Json const config = json.value("config", Json::object());
    if (config.is_object()) collect_references(config.value("keras_history", Json()), found, depth + 1);
  } else if (json.is_array() || json.is_object()) {
    for (Json const& element : json) collect_references(element, found, depth + 1);
  }
}

// A use as Keras 1 and 2 write it: the first argument's structure, with ["name", use, output, {named arguments}] for
// every tensor and ["_CONSTANT_VALUE", -1, value, {named arguments}] for a constant. All have the same named arguments.
class ListedUse {
 public:
  KerasUse read(Json const& json) {
    KerasValue first = argument(json, 0);
    auto* list = std::get_if<std::vector<KerasValue>>(&first.value);
    if (list != nullptr && list->size() == 1) first = KerasValue(std::move(list->front()));
    if (!first.is_null()) made_.placed.push_back(std::move(first));
    if (named_.is_object()) {
      for (auto const& [name, value] : named_.items()) made_.named.emplace(name, reader_.value(value));
    }
    return std::move(made_);
  }

 private:
  KerasValue argument(Json const& json, int depth) {
    if (depth > deepest_reference) return {opaque(json)};
    if (json.is_array() && !json.empty() && json[0].is_string()) return leaf(json);
    if (!json.is_array() && (!json.is_object() || json.contains("class_name"))) return reader_.value(json);
    std::vector<KerasValue> elements;
    for (Json const& element : json) elements.push_back(argument(element, depth + 1));
    return {std::move(elements)};
  }

  KerasValue leaf(Json const& json) {
    Json const named = json.size() > 3 ? json[3] : Json();
    if (named_.is_null()) named_ = named;
    if (named != named_) made_.named.emplace("arguments", opaque(named));
    if (json[0] == "_CONSTANT_VALUE") return json.size() > 2 ? reader_.value(json[2]) : KerasValue{opaque(json)};
    return reader_.reference({json[0].get<std::string>(), index_at(json, 1), index_at(json, 2)});
  }

  KerasUse made_;
  ValueReader reader_{&made_.inputs};
  Json named_;
};

}  // namespace

KerasValue to_value(Json const& json) {
  return ValueReader().value(json);
}

bool is_named_object(Json const& json) {
  if (!json.is_object() || !json.contains("class_name") || !json.contains("config")) return false;
  return json["config"].is_object() && json["config"].contains("name");
}

std::vector<KerasReference> references_of(Json const& json) {
  std::vector<KerasReference> found;
  collect_references(json, found, 0);
  return found;
}

KerasOrigin origin_of(Json const& layer) {
  KerasOrigin origin{layer.contains("module"), text_of(layer, "module"), text_of(layer, "registered_name"), false};
  if (origin.is_given) {
    origin.is_operation = origin.module.starts_with("keras.src.ops.") || origin.module.starts_with("keras.ops");
    return origin;
  }
  // Keras 3's `.h5` files do not name modules. Its operators differ from layers there in that they have no type and are
  // never trained.
  Json const nodes = layer.value("inbound_nodes", Json()), config = layer.value("config", Json::object());
  bool const is_keras3 = nodes.is_array() && !nodes.empty() && nodes[0].is_object() && nodes[0].contains("args");
  origin.is_operation = is_keras3 && !config.contains("trainable") && !config.contains("dtype");
  return origin;
}

std::vector<Json> uses_of(Json const& layer) {
  Json const nodes = layer.value("inbound_nodes", Json::array());
  if (!nodes.is_array() || nodes.empty()) return {};
  // Keras 2 may write a layer's single use without the list of uses: [["name", 0, 0, {}]].
  if (nodes[0].is_array() && !nodes[0].empty() && nodes[0][0].is_string()) return {nodes};
  return {nodes.begin(), nodes.end()};
}

KerasUse use_of(Json const& use) {
  if (!use.is_object() || use.contains("class_name")) return ListedUse().read(use);
  KerasUse made;
  ValueReader reader(&made.inputs);
  Json const placed = use.value("args", Json::array()), named = use.value("kwargs", Json::object());
  for (Json const& each : placed) made.placed.push_back(reader.value(each));
  if (named.is_object()) {
    for (auto const& [name, value] : named.items()) made.named.emplace(name, reader.value(value));
  }
  return made;
}

}  // namespace shoal::readers
