// SPDX-License-Identifier: MIT
// Keras files: graph and weights brought together.
#include "model/keras_reader.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/keras_archive.hpp"
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
        if (!first_missing(*layer)) {
          add(*layer);
        } else {
          still.push_back(layer);
        }
      }
      if (still.size() == waiting.size()) {
        still[0]->options.refuse(fmt::format("it reads {}, which is no layer or reads it in turn",
                                             shoal::quoted(*first_missing(*still[0]))));
      }
      waiting = std::move(still);
    }
  }

  static void check_inputs(KerasLayer const& layer) {
    if (layer.inputs.empty()) layer.options.refuse("it reads no layer");
    if (layer.inputs.size() > 1 && !joins_keras_layers(layer.class_name)) {
      fail(ErrorCode::input, fmt::format("unknown {}: it joins {} layers ({}), and such layers are not supported",
                                         layer.options.where(), layer.inputs.size(), join(layer.inputs, ", ")));
    }
  }

  // A layer that it reads and that is not there yet.
  std::optional<std::string> first_missing(KerasLayer const& layer) const {
    for (std::string const& input : layer.inputs) {
      if (!value_of_.contains(input)) return input;
    }
    return std::nullopt;
  }

  void add_input(KerasLayer const& layer) {
    add_node({layer.name, layer.class_name, InputLayer{}, {}, keras_input_shape(layer)}, true, layer.name);
  }

  void add(KerasLayer const& layer) {
    std::vector<int> from;
    std::vector<KerasInput> inputs;
    for (std::string const& input : layer.inputs) {
      from.push_back(value_of_.at(input));
      auto const index = static_cast<std::size_t>(from.back());
      inputs.push_back({network_.nodes[index].shape, has_positions_[index]});
    }
    MadeLayer made = make_keras_layer(layer, inputs, weights_);
    if (made.first) {
      add_layer(layer, layer.name + "/first", std::move(*made.first), from, made.has_positions);
      from = {value_of_[layer.name]};
    }
    add_layer(layer, layer.name, std::move(made.layer), from, made.has_positions);
    if (!made.fused) return;
    add_layer(layer, layer.name + "/" + layer.options.text({"activation"}, ""), std::move(*made.fused),
              {value_of_[layer.name]}, made.has_positions);
  }

  void add_layer(KerasLayer const& layer, std::string const& name, Layer made, std::vector<int> from, bool positions) {
    std::vector<Shape> shapes;
    for (int const input : from) shapes.push_back(network_.nodes[static_cast<std::size_t>(input)].shape);
    try {
      Shape const after = infer_shape(made, shapes);
      add_node({name, layer.class_name, std::move(made), std::move(from), after}, positions, layer.name);
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

// Bytes as a file for the time that a library needs one.
class TemporaryFile {
 public:
  TemporaryFile(std::string const& source, std::string const& bytes)
      : path_((std::filesystem::temp_directory_path() / "shoal-weights-XXXXXX").string()) {
    int const descriptor = ::mkstemp(path_.data());
    if (descriptor >= 0) ::close(descriptor);
    std::ofstream stream(path_, std::ios::binary);
    if (descriptor < 0 || !stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
      std::remove(path_.c_str());
      fail(ErrorCode::output, fmt::format("cannot unpack {} to {}: set TMPDIR to a folder with room", source, path_));
    }
  }
  TemporaryFile(TemporaryFile const&) = delete;
  TemporaryFile& operator=(TemporaryFile const&) = delete;
  ~TemporaryFile() { std::remove(path_.c_str()); }
  std::string const& path() const { return path_; }

 private:
  std::string path_;
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

Network read_keras_file(std::string const& file, [[maybe_unused]] ReplacementUse& replacements) {
  hdf5::Contents contents = hdf5::read_isolated(file, keras_request());
  std::string const config = attribute_text(contents, "/", "model_config");
  if (config.empty()) {
    fail(ErrorCode::input, fmt::format("{} holds weights without a graph (no attribute model_config): name the graph's "
                                       ".json as the model and this file with --weights",
                                       file));
  }
  return build(parse_keras_graph(config, file), std::move(contents), file, file);
}

Network read_keras_zip(std::string const& file, [[maybe_unused]] ReplacementUse& replacements) {
  KerasArchive const archive = read_keras_archive(file);
  KerasGraph const graph = parse_keras_graph(archive.config, file);
  TemporaryFile const weights(file, archive.weights);
  try {
    return build(graph, hdf5::read_isolated(weights.path(), keras_request()), file, file);
  } catch (Error const& error) {
    std::string_view const text = error.what();
    if (text.find(file) != std::string_view::npos) throw;
    throw error.with_context(fmt::format("model.weights.h5 of {}", file));
  }
}

Network read_keras_pair(std::string const& file, std::string const& weights,
                        [[maybe_unused]] ReplacementUse& replacements) {
  KerasGraph const graph = parse_keras_graph(read_text(file), file);
  if (weights.empty()) {
    fail(ErrorCode::config, fmt::format("{} is a graph without weights: name their HDF5 file with --weights", file));
  }
  return build(graph, hdf5::read_isolated(weights, keras_request()), weights, fmt::format("{} with {}", file, weights));
}

}  // namespace shoal::model
