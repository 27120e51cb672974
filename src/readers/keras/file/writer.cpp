// SPDX-License-Identifier: MIT
#include "readers/keras/file/writer.hpp"

#include <algorithm>

namespace shoal::readers {

namespace {

// Keras 3 writes uses as objects and the shape of an input as batch_shape; Keras 2 does neither.
bool looks_like_keras3(Json const& json) {
  if (json.is_object()) {
    if (json.contains("batch_shape") || json.contains("keras_history")) return true;
    if (json.value("class_name", Json()) == "DTypePolicy") return true;
  }
  bool const holds = json.is_object() || json.is_array();
  return holds && std::any_of(json.begin(), json.end(), looks_like_keras3);
}

}  // namespace

std::string keras_version_in(Json const& model, std::string const& given) {
  auto const named = model.find("keras_version");
  if (named != model.end() && named->is_string()) return named->get<std::string>();
  if (!given.empty()) return given;
  return std::string(1, looks_like_keras3(model) ? '3' : '2');
}

std::string keras_version_of(std::string const& metadata) {
  Json const json = Json::parse(metadata, nullptr, false);
  if (!json.is_object()) return {};
  auto const version = json.find("keras_version");
  return version != json.end() && version->is_string() ? version->get<std::string>() : std::string{};
}

std::string keras_policy(Json const& config) {
  Json const dtype = config.value("dtype", Json());
  if (dtype.is_string()) return dtype.get<std::string>();
  if (!dtype.is_object()) return {};
  Json const inside = dtype.value("config", Json());
  Json const name = inside.is_object() ? inside.value("name", Json()) : Json();
  if (name.is_string()) return name.get<std::string>();
  Json const type = dtype.value("class_name", Json());
  return type.is_string() ? type.get<std::string>() : "";
}

bool is_unknown_keras_policy(std::string_view policy) {
  bool const quantised = policy.starts_with("int8_") || policy.starts_with("int4_") || policy.starts_with("float8");
  return quantised || policy.ends_with("Policy") || policy.ends_with("PolicyMap");
}

}  // namespace shoal::readers
