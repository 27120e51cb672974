// SPDX-License-Identifier: MIT
#include "readers/keras/graph/graph.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/keras/file/json.hpp"
#include "readers/keras/file/writer.hpp"
#include "readers/keras/graph/leftovers.hpp"
#include "readers/keras/graph/uses.hpp"

namespace shoal::readers {

namespace {

constexpr int deepest_json = 100;
constexpr int deepest_wrapping = 4;
constexpr std::size_t most_layers = 10'000;
constexpr std::size_t most_parsed = 50'000;

class GraphParser {
 public:
  GraphParser(std::string const& file, std::string version) : file_(file), version_(std::move(version)) {}

  KerasGraph parse(std::string_view text) {
    // Copying a value uses stack for each of its levels.
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
    version_ = keras_version_in(model, version_);
    keras_ = static_cast<int>(parse_integer(version_.substr(0, version_.find('.'))).value_or(2));
    if (is_model(type) && config.is_object() && config.contains("name")) refuse_model_leftovers(parse_layer(model));
    Parsed parsed = parse_model(type, config, layers);
    parsed.graph.keras_version = version_;
    parsed.graph.lower_precision = lower_precision_;
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

  // The model that a layer is, or that it applies to every position; null if it is another kind of layer.
  static Json const* model_in(Json const& json, KerasLayer const& layer) {
    if (is_model(layer.class_name)) return &json;
    bool const wraps =
        layer.class_name == "TimeDistributed" && !layer.wrapped.empty() && is_model(layer.wrapped.front().class_name);
    return wraps ? &json["config"]["layer"] : nullptr;
  }

  static Json const& config_of(Json const& json, KerasLayer const& model) {
    if (!json.contains("config")) model.options.refuse("it has no layers");
    return json["config"];
  }

  static Json const& layers_of(Json const& config, KerasLayer const& model) {
    Json const& layers = config.contains("layers") ? config["layers"] : config;
    if (!layers.is_array() || layers.empty()) model.options.refuse("it has no layers");
    return layers;
  }

  // The use of a model as a layer: its layers, named "MODEL/LAYER". The names of its outputs stand for what its layers
  // make, its input layers for what the model reads.
  void add_nested(Parsed& outer, Json const& json, KerasLayer const& model) const {
    Json const& config = config_of(json, model);
    Json const& layers = layers_of(config, model);
    bool const is_named = config.is_object() && config.contains("input_layers") && config["input_layers"].is_object();
    if (is_named && config["input_layers"].size() > 1) {
      model.options.refuse("its inputs are a dictionary; build this model inside the network with a list of inputs");
    }
    refuse_model_leftovers(model);
    Parsed inner = parse_model(text_of(json, "class_name"), config, layers);
    if (model.inputs.size() != inner.graph.inputs.size()) {
      model.options.refuse(
          fmt::format("it reads {} values and has {} inputs", model.inputs.size(), inner.graph.inputs.size()));
    }
    if (outer.graph.layers.size() + inner.graph.layers.size() > most_layers) refuse("it has too many layers");
    std::string const prefix = model.name + "/", weights_prefix = model.weights_name + "/";
    for (auto const& [name, meaning] : inner.aliases) outer.aliases.emplace(prefix + name, prefix + meaning);
    for (std::size_t i = 0; i < inner.graph.outputs.size(); ++i) {
      outer.aliases.emplace(keras_output_name(model.name, static_cast<std::int64_t>(i)),
                            prefix + inner.graph.outputs[i]);
    }
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      outer.aliases.emplace(prefix + inner.graph.inputs[i], model.inputs[i]);
    }
    bool const is_first_use = model.name == model.weights_name;
    for (KerasPlace const& place : inner.graph.places) {
      if (is_first_use) outer.graph.places.push_back({weights_prefix + place.name, place.class_name});
    }
    for (KerasLayer& layer : inner.graph.layers) {
      layer.name = prefix + layer.name;
      layer.weights_name = weights_prefix + layer.weights_name;
      for (std::string& input : layer.inputs) input = prefix + input;
      layer.each_position |= !is_model(model.class_name);
      if (!outer.aliases.contains(layer.name)) outer.graph.layers.push_back(std::move(layer));
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

  KerasLayer parse_layer(Json const& json, int depth = 0) const {
    // Models inside models that are each used several times multiply.
    if (++parsed_ > most_parsed) refuse("it has too many layers");
    std::string const type = text_of(json, "class_name");
    Json const config = json.value("config", Json::object());
    if (!config.is_object()) refuse(fmt::format("a layer of class {} has no configuration", shoal::quoted(type)));
    std::string const name = json.contains("name") ? text_of(json, "name") : text_of(config, "name");
    std::string const where =
        fmt::format("layer {} of class {} in {}", shoal::quoted(name), shoal::quoted(type), file_);
    std::string const policy = keras_policy(config);
    if (policy.ends_with("float16")) lower_precision_ = policy;
    if (is_unknown_keras_policy(policy)) {
      fail(ErrorCode::input, fmt::format("{}: its dtype policy {} is not supported", where, shoal::quoted(policy)));
    }
    KerasMembers values;
    KerasLayer layer{name, type, {}, KerasOptions(where, {}), name, KerasOptions(where, {}), origin_of(json), {}};
    for (char const* key : {"layer", "backward_layer"}) {
      bool const wraps = depth < deepest_wrapping && config.contains(key) && config[key].is_object();
      if (wraps) layer.wrapped.push_back(parse_layer(config[key], depth + 1));
    }
    for (auto const& [key, value] : config.items()) {
      bool const wrapped = (key == "layer" || key == "backward_layer") && value.is_object();
      bool const laid_out = key == "layers" && is_model(type);
      if (!laid_out && !(wrapped && depth < deepest_wrapping)) values.emplace(key, to_value(value));
    }
    layer.options = KerasOptions(where, std::move(values), keras_);
    for (char const* key : {"activation", "recurrent_activation"}) {
      bool const is_layer = depth < deepest_wrapping && config.contains(key) && is_named_object(config[key]);
      if (is_layer) layer.activations.emplace(key, parse_layer(config[key], depth + 1));
    }
    return layer;
  }

  Parsed parse_sequential(Json const& config, Json const& layers) const {
    Parsed parsed;
    std::string last;
    for (Json const& json : layers) {
      KerasLayer layer = parse_layer(json);
      parsed.graph.places.push_back({layer.name, layer.class_name});
      if (last.empty() && layer.class_name != "InputLayer") {
        // A model at the beginning has an input layer of its own, which gives the shape.
        KerasLayer input = implied_input(is_model(layer.class_name) ? first_layer(json, layer) : layer, config);
        input.name = layer.name + "_input";
        last = input.name;
        parsed.graph.inputs = {last};
        parsed.graph.layers.push_back(std::move(input));
      } else if (last.empty()) {
        parsed.graph.inputs = {layer.name};
      }
      if (!last.empty()) set_use(layer, {{{}}, {KerasValue{KerasTensor{0}}}, {}}, {last});
      last = layer.name;
      if (Json const* model = model_in(json, layer)) {
        add_nested(parsed, *model, layer);
      } else {
        parsed.graph.layers.push_back(std::move(layer));
      }
    }
    parsed.graph.outputs = {last};
    return parsed;
  }

  KerasLayer first_layer(Json const& json, KerasLayer const& model) const {
    return parse_layer(layers_of(config_of(json, model), model)[0]);
  }

  // The input layer of a Sequential model that has none. Its shape is in the first layer, or in the model if it
  // was known only after the model was built.
  KerasLayer implied_input(KerasLayer const& first, Json const& config) const {
    KerasLayer input{first.name + "_input",
                     "InputLayer",
                     {},
                     first.options.only({"batch_shape", "batch_input_shape", "shape", "input_shape"}),
                     first.name + "_input",
                     KerasOptions(first.options.where(), {}),
                     {},
                     {}};
    bool const own_shape = first.options.has({"batch_shape", "batch_input_shape", "input_shape"});
    if (own_shape || !config.is_object() || !config.contains("build_input_shape")) return input;
    input.options =
        KerasOptions(first.options.where(), {{"batch_shape", to_value(config["build_input_shape"])}}, keras_);
    return input;
  }

  static void set_use(KerasLayer& layer, KerasUse use, std::vector<std::string> inputs) {
    layer.inputs = std::move(inputs);
    for (std::size_t i = 0; i < use.placed.size(); ++i) use.named.emplace(keras_argument(i), std::move(use.placed[i]));
    layer.call = KerasOptions(layer.options.where(), std::move(use.named));
  }

  Parsed parse_functional(Json const& config, Json const& layers) const {
    Parsed parsed;
    std::vector<KerasLayer> each;
    for (Json const& json : layers) each.push_back(parse_layer(json));
    KerasUses counted;
    for (std::size_t i = 0; i < layers.size(); ++i) counted.add_layer(each[i].name, layers[i]);
    counted.add_references(references_of(config.value("output_layers", Json())));
    for (std::size_t place = 0; place < layers.size(); ++place) {
      Json const& json = layers[place];
      KerasLayer const& layer = each[place];
      parsed.graph.places.push_back({layer.name, layer.class_name});
      std::vector<Json> uses = uses_of(json);
      if (uses.size() > static_cast<std::size_t>(most_keras_uses)) layer.options.refuse("it is used too often");
      counted.require_all_read(layer.name, layer.options);
      if (uses.empty()) uses.emplace_back();
      for (std::size_t i = 0; i < uses.size(); ++i) {
        KerasLayer use = layer;
        use.name = keras_use_name(layer.name, static_cast<std::int64_t>(i));
        KerasUse arguments = use_of(uses[i]);
        std::vector<std::string> inputs = counted.names_of(arguments.inputs);
        set_use(use, std::move(arguments), std::move(inputs));
        if (Json const* model = model_in(json, use)) {
          add_nested(parsed, *model, use);
        } else {
          parsed.graph.layers.push_back(std::move(use));
        }
      }
    }
    parsed.graph.inputs = counted.names_of(references_of(config.value("input_layers", Json())));
    parsed.graph.outputs = counted.names_of(references_of(config.value("output_layers", Json())));
    if (parsed.graph.outputs.empty()) refuse("its model names no outputs");
    return parsed;
  }

  std::string const& file_;
  std::string version_;
  int keras_ = 2;
  mutable std::size_t parsed_ = 0;
  mutable std::string lower_precision_;
};

}  // namespace

std::string keras_argument(std::size_t place) {
  return fmt::format("#{}", place);
}

KerasGraph parse_keras_graph(std::string_view json, std::string const& file, std::string const& version) {
  try {
    return GraphParser(file, version).parse(json);
  } catch (Json::parse_error const& error) {
    fail(ErrorCode::input, fmt::format("{} is not valid JSON at byte {}: {}", file, error.byte, error.what()));
  } catch (Json::exception const& error) {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", file, error.what()));
  }
}

}  // namespace shoal::readers
