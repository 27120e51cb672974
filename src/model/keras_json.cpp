// SPDX-License-Identifier: MIT
#include "model/keras_json.hpp"

#include <algorithm>

namespace shoal::model {

namespace {

constexpr int deepest_value = 8;
constexpr int deepest_reference = 16;

KerasValue value_at(Json const& json, int depth) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return {json.get<bool>()};
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return {json.get<std::int64_t>()};
    case Json::value_t::number_float:
      return {json.get<double>()};
    case Json::value_t::string:
      return {json.get<std::string>()};
    case Json::value_t::array: {
      std::vector<KerasValue> list;
      for (std::size_t i = 0; depth < deepest_value && i < json.size(); ++i)
        list.push_back(value_at(json[i], depth + 1));
      return {list};
    }
    case Json::value_t::object: {
      // TensorFlow writes a tuple as {"class_name": "__tuple__", "items": […]}.
      if (json.value("class_name", Json()) == "__tuple__") return value_at(json.value("items", Json()), depth + 1);
      // Keras 3 writes a function as {"class_name": "function", "config": "relu"}.
      Json const type = json.value("class_name", Json());
      Json const config = json.value("config", Json());
      if (type == "function" && config.is_string()) return {config.get<std::string>()};
      return type.is_string() ? KerasValue{type.get<std::string>()} : KerasValue{};
    }
    default:
      return {};
  }
}

std::int64_t index_at(Json const& json, std::size_t place) {
  bool const sound = json.size() > place && json[place].is_number_integer();
  return sound ? std::clamp<std::int64_t>(json[place].get<std::int64_t>(), 0, most_keras_uses) : 0;
}

// Among `arguments`, a list that begins with a text may be something else.
void collect_references(Json const& json, std::vector<KerasReference>& found, bool arguments, int depth) {
  if (depth > deepest_reference) return;
  if (json.is_array() && !json.empty() && json[0].is_string()) {
    bool const indexed = json.size() >= 3 && json[1].is_number_integer() && json[2].is_number_integer();
    std::string const name = json[0].get<std::string>();
    if (name == "_CONSTANT_VALUE" || (arguments && !indexed)) return;
    found.push_back({name, index_at(json, 1), index_at(json, 2)});
    if (json.size() > 3 && json[3].is_object()) collect_references(json[3], found, true, depth + 1);
  } else if (json.is_object() && json.value("class_name", Json()) == "__keras_tensor__") {
    Json const config = json.value("config", Json::object());
    if (config.is_object()) collect_references(config.value("keras_history", Json()), found, false, depth + 1);
  } else if (json.is_array() || json.is_object()) {
    for (Json const& element : json) collect_references(element, found, arguments, depth + 1);
  }
}

}  // namespace

KerasValue to_value(Json const& json) {
  return value_at(json, 0);
}

std::vector<KerasReference> references_of(Json const& json) {
  std::vector<KerasReference> found;
  collect_references(json, found, false, 0);
  return found;
}

std::vector<Json> uses_of(Json const& layer) {
  Json const nodes = layer.value("inbound_nodes", Json::array());
  if (!nodes.is_array() || nodes.empty()) return {};
  // Keras 2 may write a layer's single use without the list of uses: [["name", 0, 0, {}]].
  if (nodes[0].is_array() && !nodes[0].empty() && nodes[0][0].is_string()) return {nodes};
  return {nodes.begin(), nodes.end()};
}

Json arguments_of(Json const& use) {
  if (use.is_object()) return use.value("kwargs", Json::object());
  bool const listed = use.is_array() && !use.empty() && use[0].is_array();
  Json const first = listed ? use[0] : use;
  return first.is_array() && first.size() > 3 ? first[3] : Json::object();
}

}  // namespace shoal::model
