// SPDX-License-Identifier: MIT
#include "model/keras_graph.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/keras_json.hpp"
#include "model/keras_leftovers.hpp"

namespace shoal::model {

namespace {

constexpr int deepest_json = 100;
constexpr int deepest_wrapping = 4;
constexpr std::size_t most_layers = 10'000;
constexpr std::size_t most_parsed = 50'000;

std::string use_name(std::string const& layer, std::int64_t use) {
  return use == 0 ? layer : fmt::format("{}@{}", layer, use + 1);
}

std::string output_name(std::string const& use, std::int64_t output) {
  return output == 0 ? use : fmt::format("{}:{}", use, output);
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
    if (is_model(type) && config.is_object() && config.contains("name")) refuse_model_leftovers(parse_layer(model));
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

  static Json const& config_of(Json const& json, KerasLayer const& model) {
    auto const found = json.find("config");
    if (found == json.end()) model.options.refuse("it has no layers");
    return *found;
  }

  // A use of a model as a layer: its layers, named "MODEL/LAYER". The names of its outputs stand for what its layers
  // make, its input layers for what the model reads.
  void add_nested(Parsed& outer, Json const& json, KerasLayer const& model) const {
    Json const& config = config_of(json, model);
    Json const& layers = config.contains("layers") ? config["layers"] : config;
    if (!layers.is_array() || layers.empty()) model.options.refuse("it has no layers");
    bool const is_named = config.is_object() && config.contains("input_layers") && config["input_layers"].is_object();
    if (is_named && config["input_layers"].size() > 1) {
      model.options.refuse("its inputs are a dictionary; build this model inside the network with a list of inputs");
    }
    refuse_model_leftovers(model);
    Parsed inner = parse_model(model.class_name, config, layers);
    if (model.inputs.size() != inner.graph.inputs.size()) {
      model.options.refuse(
          fmt::format("it reads {} values and has {} inputs", model.inputs.size(), inner.graph.inputs.size()));
    }
    if (outer.graph.layers.size() + inner.graph.layers.size() > most_layers) refuse("it has too many layers");
    std::string const prefix = model.name + "/", weights_prefix = model.weights_name + "/";
    for (auto const& [name, meaning] : inner.aliases) outer.aliases.emplace(prefix + name, prefix + meaning);
    for (std::size_t i = 0; i < inner.graph.outputs.size(); ++i) {
      outer.aliases.emplace(output_name(model.name, static_cast<std::int64_t>(i)), prefix + inner.graph.outputs[i]);
    }
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      outer.aliases.emplace(prefix + inner.graph.inputs[i], model.inputs[i]);
    }
    for (KerasLayer& layer : inner.graph.layers) {
      layer.name = prefix + layer.name;
      layer.weights_name = weights_prefix + layer.weights_name;
      for (std::string& input : layer.inputs) input = prefix + input;
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
    // Models inside models, each used several times, multiply.
    if (++parsed_ > most_parsed) refuse("it has too many layers");
    std::string const type = text_of(json, "class_name");
    Json const config = json.value("config", Json::object());
    if (!config.is_object()) refuse(fmt::format("a layer of class {} has no configuration", shoal::quoted(type)));
    std::string const name = json.contains("name") ? text_of(json, "name") : text_of(config, "name");
    std::string const where =
        fmt::format("layer {} of class {} in {}", shoal::quoted(name), shoal::quoted(type), file_);
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
    layer.options = KerasOptions(where, std::move(values));
    return layer;
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
        parsed.graph.inputs = {last};
        parsed.graph.layers.push_back(std::move(input));
      } else if (last.empty()) {
        parsed.graph.inputs = {layer.name};
      }
      if (!last.empty()) set_use(layer, {{{}}, {KerasValue{KerasTensor{0}}}, {}}, {last});
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
    Json const& config = config_of(json, model);
    Json const& layers = config.contains("layers") ? config["layers"] : config;
    if (!layers.is_array() || layers.empty()) model.options.refuse("it has no layers");
    return parse_layer(layers[0]);
  }

  // The input layer of a Sequential model that has none: its shape stands in the first layer, or in the model where it
  // was known only once the model was built.
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
    input.options = KerasOptions(first.options.where(), {{"batch_shape", to_value(config["build_input_shape"])}});
    return input;
  }

  static void set_use(KerasLayer& layer, KerasUse use, std::vector<std::string> inputs) {
    layer.inputs = std::move(inputs);
    for (std::size_t i = 0; i < use.placed.size(); ++i) use.named.emplace(keras_argument(i), std::move(use.placed[i]));
    layer.call = KerasOptions(layer.options.where(), std::move(use.named));
  }

  static std::vector<std::string> names_of(std::vector<KerasReference> const& references,
                                           std::map<std::string, std::size_t> const& uses) {
    std::vector<std::string> names;
    for (KerasReference const& each : references) {
      auto const found = uses.find(each.layer);
      // Some versions count a use by another model, which is not in the file.
      bool const is_only_use = found != uses.end() && found->second <= 1;
      names.push_back(output_name(use_name(each.layer, is_only_use ? 0 : each.use), each.output));
    }
    return names;
  }

  Parsed parse_functional(Json const& config, Json const& layers) const {
    Parsed parsed;
    std::map<std::string, std::size_t> count_of;
    for (Json const& json : layers) {
      std::string const name = parse_layer(json).name;
      count_of[name] = uses_of(json).size();
    }
    for (Json const& json : layers) {
      KerasLayer const layer = parse_layer(json);
      std::vector<Json> uses = uses_of(json);
      if (uses.size() > static_cast<std::size_t>(most_keras_uses)) layer.options.refuse("it is used too often");
      if (uses.empty()) uses.emplace_back();
      for (std::size_t i = 0; i < uses.size(); ++i) {
        KerasLayer use = layer;
        use.name = use_name(layer.name, static_cast<std::int64_t>(i));
        KerasUse arguments = use_of(uses[i]);
        std::vector<std::string> inputs = names_of(arguments.inputs, count_of);
        set_use(use, std::move(arguments), std::move(inputs));
        if (is_model(layer.class_name)) {
          add_nested(parsed, json, use);
        } else {
          parsed.graph.layers.push_back(std::move(use));
        }
      }
    }
    parsed.graph.inputs = names_of(references_of(config.value("input_layers", Json())), count_of);
    parsed.graph.outputs = names_of(references_of(config.value("output_layers", Json())), count_of);
    if (parsed.graph.outputs.empty()) refuse("its model names no outputs");
    return parsed;
  }

  std::string const& file_;
  mutable std::size_t parsed_ = 0;
};

}  // namespace

std::string keras_argument(std::size_t place) {
  return fmt::format("#{}", place);
}

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
