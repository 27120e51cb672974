// SPDX-License-Identifier: MIT
// Keras files: graph and weights brought together.
#include "model/keras_reader.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/keras_graph.hpp"
#include "model/keras_layers.hpp"
#include "model/keras_weights.hpp"
#include "model/shapes.hpp"

namespace shoal::model {

namespace {

constexpr std::size_t most_layers = 10'000;
constexpr std::uintmax_t largest_graph = 256'000'000;

class NetworkBuilder {
 public:
  NetworkBuilder(KerasGraph const& graph, KerasWeights& weights, std::string source)
      : graph_(graph), weights_(weights) {
    network_.source = std::move(source);
  }

  Network build() {
    check_names();
    add_in_order();
    for (std::string const& output : graph_.outputs) {
      auto const found = value_of_.find(output);
      if (found == value_of_.end()) refuse(fmt::format("its output {} is no layer", shoal::quoted(output)));
      network_.outputs.push_back(found->second);
    }
    return std::move(network_);
  }

 private:
  [[noreturn]] void refuse(std::string_view text) const {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", network_.source, text));
  }

  void check_names() const {
    if (graph_.layers.size() > most_layers) refuse(fmt::format("it has more than {} layers", most_layers));
    std::set<std::string_view> names;
    int inputs = 0;
    for (KerasLayer const& layer : graph_.layers) {
      if (!names.insert(layer.name).second) layer.options.refuse("two layers have this name");
      if (layer.class_name == "InputLayer" && ++inputs > 1) {
        layer.options.refuse("it is a second input; only networks of one input are supported");
      }
    }
    if (inputs == 0) refuse("it has no input layer");
  }

  // Layers may come in any order: each is added once what it reads is there.
  void add_in_order() {
    std::vector<KerasLayer const*> waiting;
    for (KerasLayer const& layer : graph_.layers) {
      if (layer.class_name == "InputLayer") add_input(layer);
    }
    for (KerasLayer const& layer : graph_.layers) {
      if (layer.class_name != "InputLayer") waiting.push_back(&layer);
    }
    while (!waiting.empty()) {
      std::vector<KerasLayer const*> still;
      for (KerasLayer const* layer : waiting) {
        check_inputs(*layer);
        if (value_of_.contains(layer->inputs[0])) {
          add(*layer);
        } else {
          still.push_back(layer);
        }
      }
      if (still.size() == waiting.size()) {
        still[0]->options.refuse(
            fmt::format("it reads {}, which is no layer or reads it in turn", shoal::quoted(still[0]->inputs[0])));
      }
      waiting = std::move(still);
    }
  }

  static void check_inputs(KerasLayer const& layer) {
    if (layer.inputs.empty()) layer.options.refuse("it reads no layer");
    if (layer.inputs.size() > 1) {
      fail(ErrorCode::input, fmt::format("unknown {}: it joins {} layers ({}), and such layers are not supported",
                                         layer.options.where(), layer.inputs.size(), join(layer.inputs, ", ")));
    }
  }

  void add_input(KerasLayer const& layer) {
    add_node({layer.name, layer.class_name, InputLayer{}, {}, keras_input_shape(layer)}, true, layer.name);
  }

  void add(KerasLayer const& layer) {
    int const from = value_of_.at(layer.inputs[0]);
    Shape const shape = network_.nodes[static_cast<std::size_t>(from)].shape;
    MadeLayer made = make_keras_layer(layer, {shape, has_positions_[static_cast<std::size_t>(from)]}, weights_);
    Shape const after = shape_after(layer, made.layer, shape);
    add_node({layer.name, layer.class_name, std::move(made.layer), {from}, after}, made.has_positions, layer.name);
    if (!made.fused) return;
    Node fused{layer.name + "/" + layer.options.text({"activation"}, ""),
               layer.class_name,
               *made.fused,
               {value_of_[layer.name]},
               network_.nodes.back().shape};
    add_node(std::move(fused), made.has_positions, layer.name);
  }

  static Shape shape_after(KerasLayer const& layer, Layer const& made, Shape input) {
    try {
      return infer_shape(made, input);
    } catch (Error const& error) {
      throw error.with_context(layer.options.where());
    }
  }

  void add_node(Node node, bool has_positions, std::string const& layer) {
    value_of_[layer] = static_cast<int>(network_.nodes.size());
    network_.nodes.push_back(std::move(node));
    has_positions_.push_back(has_positions);
  }

  KerasGraph const& graph_;
  KerasWeights& weights_;
  Network network_;
  std::map<std::string, int, std::less<>> value_of_;  // the node that holds a layer's value
  std::vector<bool> has_positions_;                   // of each node
};

std::string read_text(std::string const& file) {
  if (std::filesystem::file_size(file) > largest_graph) {
    fail(ErrorCode::input, fmt::format("{} is too large for a graph", file));
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) fail(ErrorCode::input, fmt::format("cannot read {}", file));
  return text;
}

Network build(KerasGraph const& graph, hdf5::Contents contents, std::string const& weights, std::string source) {
  KerasWeights sorted(std::move(contents), graph, weights);
  return NetworkBuilder(graph, sorted, std::move(source)).build();
}

}  // namespace

Network read_keras_file(std::string const& file) {
  hdf5::Contents contents = hdf5::read_isolated(file, keras_request());
  std::string const config = attribute_text(contents, "/", "model_config");
  if (config.empty()) {
    fail(ErrorCode::input, fmt::format("{} holds weights without a graph (no attribute model_config): name the graph's "
                                       ".json as the model and this file with --weights",
                                       file));
  }
  return build(parse_keras_graph(config, file), std::move(contents), file, file);
}

Network read_keras_pair(std::string const& file, std::string const& weights) {
  KerasGraph const graph = parse_keras_graph(read_text(file), file);
  if (weights.empty()) {
    fail(ErrorCode::config, fmt::format("{} is a graph without weights: name their HDF5 file with --weights", file));
  }
  return build(graph, hdf5::read_isolated(weights, keras_request()), weights, fmt::format("{} with {}", file, weights));
}

}  // namespace shoal::model
