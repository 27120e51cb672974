// SPDX-License-Identifier: MIT
#include "model/keras_graph.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::model {

namespace {

// Keeps the order of objects' members: outputs may be an object.
using Json = nlohmann::ordered_json;

constexpr int deepest_json = 100;
constexpr int deepest_value = 8;
constexpr int deepest_reference = 16;

KerasValue to_value(Json const& json, int depth) {
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
        list.push_back(to_value(json[i], depth + 1));
      return {list};
    }
    case Json::value_t::object: {
      // TensorFlow writes a tuple as {"class_name": "__tuple__", "items": […]}.
      if (json.value("class_name", Json()) == "__tuple__") return to_value(json.value("items", Json()), depth + 1);
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

// Appends the layers that `json` refers to: ["name", node, tensor, …] in Keras 1 and 2, an object with `keras_history`
// in Keras 3, either of them nested in lists, argument lists or objects.
void collect_references(Json const& json, std::vector<std::string>& names, int depth = 0) {
  if (depth > deepest_reference) return;
  if (json.is_array() && !json.empty() && json[0].is_string()) {
    names.push_back(json[0].get<std::string>());
  } else if (json.is_object() && json.value("class_name", Json()) == "__keras_tensor__") {
    collect_references(json.value("config", Json::object()).value("keras_history", Json()), names, depth + 1);
  } else if (json.is_array() || json.is_object()) {
    for (Json const& element : json) collect_references(element, names, depth + 1);
  }
}

class GraphParser {
 public:
  explicit GraphParser(std::string const& file) : file_(file) {}

  KerasGraph parse(std::string_view text) {
    // Copying a value takes stack for each of its levels.
    auto const shallow = [this](int depth, Json::parse_event_t, Json&) {
      if (depth > deepest_json) refuse("its JSON is nested too deeply");
      return true;
    };
    Json const model = Json::parse(text, shallow);
    if (!model.is_object() || !model.contains("class_name") || !model.contains("config")) {
      refuse("it is JSON, but not a Keras model (no class_name and config)");
    }
    std::string const type = text_of(model, "class_name");
    Json const& config = model["config"];
    // Keras 1 and early Keras 2 write a Sequential model's layers directly as its configuration.
    Json const& layers = config.is_object() && config.contains("layers") ? config["layers"] : config;
    if (!layers.is_array() || layers.empty()) refuse("its model has no layers");
    Parsed parsed = parse_model(type, config, layers);
    for (KerasLayer& layer : parsed.graph.layers) {
      for (std::string& input : layer.inputs) resolve(parsed, input);
    }
    for (std::string& output : parsed.graph.outputs) resolve(parsed, output);
    return std::move(parsed.graph);
  }

 private:
  [[noreturn]] void refuse(std::string_view text) const {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", file_, text));
  }

  std::string text_of(Json const& object, char const* key) const {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string()) {
      refuse(fmt::format("a layer or model has no '{}'", key));
    }
    return object[key].get<std::string>();
  }

  static bool is_model(std::string const& type) {
    return type == "Sequential" || type == "Model" || type == "Functional";
  }

  // Models inside are laid out already; names that mean other layers are not yet resolved.
  struct Parsed {
    KerasGraph graph;
    std::map<std::string, std::string> aliases;
  };

  Parsed parse_model(std::string const& type, Json const& config, Json const& layers) const {
    if (type == "Sequential") return parse_sequential(config, layers);
    if (!is_model(type)) refuse(fmt::format("unknown kind of model {}", shoal::quoted(type)));
    return parse_functional(config, layers);
  }

  // A model used as a layer: its layers, named "MODEL/LAYER". Its name stands for its output, its input layer for what
  // the model reads.
  void add_nested(Parsed& outer, Json const& json, KerasLayer const& model) const {
    Json const& config = json["config"];
    Json const& layers = config.contains("layers") ? config["layers"] : config;
    if (!layers.is_array() || layers.empty()) model.options.refuse("it has no layers");
    Parsed inner = parse_model(model.class_name, config, layers);
    if (model.inputs.size() != 1 || inner.graph.outputs.size() != 1) {
      model.options.refuse("models inside models are supported with one input and one output");
    }
    std::string const prefix = model.name + "/";
    for (auto const& [name, meaning] : inner.aliases) outer.aliases.emplace(prefix + name, prefix + meaning);
    outer.aliases.emplace(model.name, prefix + inner.graph.outputs[0]);
    for (KerasLayer& layer : inner.graph.layers) {
      layer.name = prefix + layer.name;
      for (std::string& input : layer.inputs) input = prefix + input;
      if (layer.class_name == "InputLayer") {
        outer.aliases.emplace(layer.name, model.inputs[0]);
      } else {
        outer.graph.layers.push_back(std::move(layer));
      }
    }
  }

  void resolve(Parsed const& parsed, std::string& name) const {
    for (std::size_t steps = 0; steps <= parsed.aliases.size(); ++steps) {
      auto const found = parsed.aliases.find(name);
      if (found == parsed.aliases.end()) return;
      name = found->second;
    }
    refuse(fmt::format("the model {} reads itself", shoal::quoted(name)));
  }

  KerasLayer parse_layer(Json const& json) const {
    std::string const type = text_of(json, "class_name");
    Json const config = json.value("config", Json::object());
    if (!config.is_object()) refuse(fmt::format("a layer of class {} has no configuration", shoal::quoted(type)));
    std::string const name = json.contains("name") ? text_of(json, "name") : text_of(config, "name");
    std::string const where =
        fmt::format("layer {} of class {} in {}", shoal::quoted(name), shoal::quoted(type), file_);
    std::map<std::string, KerasValue, std::less<>> values;
    for (auto const& [key, value] : config.items()) values.emplace(key, to_value(value, 0));
    return {name, type, {}, KerasOptions(where, std::move(values))};
  }

  Parsed parse_sequential(Json const& config, Json const& layers) const {
    Parsed parsed;
    std::string last;
    for (Json const& json : layers) {
      KerasLayer layer = parse_layer(json);
      if (last.empty() && layer.class_name != "InputLayer") {
        // A model at the beginning brings its own input layer's shape.
        KerasLayer input = implied_input(is_model(layer.class_name) ? first_layer(json, layer) : layer, config);
        input.name = layer.name + "_input";
        last = input.name;
        parsed.graph.layers.push_back(std::move(input));
      }
      if (!last.empty()) layer.inputs = {last};
      last = layer.name;
      if (is_model(layer.class_name)) {
        add_nested(parsed, json, layer);
      } else {
        parsed.graph.layers.push_back(std::move(layer));
      }
    }
    parsed.graph.outputs = {last};
    return parsed;
  }

  KerasLayer first_layer(Json const& json, KerasLayer const& model) const {
    Json const& config = json["config"];
    Json const& layers = config.contains("layers") ? config["layers"] : config;
    if (!layers.is_array() || layers.empty()) model.options.refuse("it has no layers");
    return parse_layer(layers[0]);
  }

  // The input layer of a Sequential model that has none: its shape stands in the first layer, or in the model where it
  // was known only once the model was built.
  KerasLayer implied_input(KerasLayer const& first, Json const& config) const {
    KerasLayer input = first;
    input.name = first.name + "_input";
    input.class_name = "InputLayer";
    bool const own_shape = first.options.has({"batch_shape", "batch_input_shape", "input_shape"});
    if (own_shape || !config.is_object() || !config.contains("build_input_shape")) return input;
    input.options = KerasOptions(first.options.where(), {{"batch_shape", to_value(config["build_input_shape"], 0)}});
    return input;
  }

  Parsed parse_functional(Json const& config, Json const& layers) const {
    Parsed parsed;
    KerasGraph& graph = parsed.graph;
    for (Json const& json : layers) {
      KerasLayer layer = parse_layer(json);
      Json const nodes = json.value("inbound_nodes", Json::array());
      // Keras 2 may write a layer's single use without the list of uses: [["name", 0, 0, {}]].
      bool const bare =
          nodes.is_array() && !nodes.empty() && nodes[0].is_array() && !nodes[0].empty() && nodes[0][0].is_string();
      if (!bare && nodes.size() > 1) {
        layer.options.refuse(fmt::format("it is applied {} times; shared layers are not supported", nodes.size()));
      }
      collect_references(nodes, layer.inputs);
      if (is_model(layer.class_name)) {
        add_nested(parsed, json, layer);
      } else {
        graph.layers.push_back(std::move(layer));
      }
    }
    std::vector<std::string> inputs;
    collect_references(config.value("input_layers", Json()), inputs);
    if (inputs.size() > 1) {
      refuse(fmt::format("it has {} inputs ({}); only networks of one input are supported", inputs.size(),
                         join(inputs, ", ")));
    }
    collect_references(config.value("output_layers", Json()), graph.outputs);
    if (graph.outputs.empty()) refuse("its model names no outputs");
    return parsed;
  }

  std::string const& file_;
};

}  // namespace

KerasGraph parse_keras_graph(std::string_view json, std::string const& file) {
  try {
    return GraphParser(file).parse(json);
  } catch (Json::parse_error const& error) {
    fail(ErrorCode::input, fmt::format("{} is not valid JSON at byte {}: {}", file, error.byte, error.what()));
  } catch (Json::exception const& error) {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", file, error.what()));
  }
}

}  // namespace shoal::model
