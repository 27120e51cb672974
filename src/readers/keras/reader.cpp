// SPDX-License-Identifier: MIT
// Keras files: graph and weights brought together.
#include "readers/keras/reader.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "readers/keras/file/archive.hpp"
#include "readers/keras/file/weights.hpp"
#include "readers/keras/file/writer.hpp"
#include "readers/keras/graph/graph.hpp"
#include "readers/keras/graph/making.hpp"
#include "readers/keras/layers/masking.hpp"

namespace shoal::readers {

namespace {

constexpr std::size_t most_layers = 10'000;
constexpr std::uintmax_t largest_graph = 256'000'000;

class NetworkBuilder {
 public:
  NetworkBuilder(KerasGraph const& graph, KerasWeights& weights, std::string source, ReplacementUse& replacements)
      : graph_(graph), weights_(weights), replacements_(replacements), made_(std::move(source)) {}

  network::Network build() {
    check_names();
    add_inputs();
    add_in_order();
    for (std::string const& output : graph_.outputs) {
      auto const found = value_of_.find(output);
      if (found == value_of_.end()) refuse(fmt::format("its output {} is no layer", shoal::quoted(output)));
      TensorView const& view = found->second;
      made_.network().outputs.push_back(view.axes.empty() ? view.node
                                                          : made_.as_matrix(view, view.axes.size() - 1).node);
    }
    return std::move(made_.network());
  }

 private:
  [[noreturn]] void refuse(std::string_view text) {
    fail(ErrorCode::input, fmt::format("cannot read the network in {}: {}", made_.network().source, text));
  }

  void check_names() {
    if (graph_.layers.size() > most_layers) refuse(fmt::format("it has more than {} layers", most_layers));
    std::set<std::string_view> names;
    for (KerasLayer const& layer : graph_.layers) {
      if (!names.insert(layer.name).second) layer.options.refuse("two layers have this name");
    }
  }

  // The sequences' input is the first node; the others are constants.
  void add_inputs() {
    std::vector<KerasLayer const*> layers;
    std::vector<DeclaredInput> declared;
    for (KerasLayer const& layer : graph_.layers) {
      if (layer.class_name != "InputLayer") continue;
      layers.push_back(&layer);
      declared.push_back(declared_keras_input(layer));
    }
    if (declared.empty()) refuse("it has no input layer");
    std::size_t const sequences = replacements_.sequence_input(declared, made_.network().source);
    value_of_[declared[sequences].name] = add_sequence_input(*layers[sequences], made_, replacements_);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      if (i == sequences) continue;
      std::vector<float> values = replacements_.input_values(declared[i]);
      value_of_[declared[i].name] = made_.add_constant(declared[i].name, declared[i].dims, std::move(values));
    }
  }

  // Layers may come in any order: each is added as soon as what it reads is there.
  void add_in_order() {
    std::vector<KerasLayer const*> waiting;
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
  }

  // A layer that this one reads and that is not there yet.
  std::optional<std::string> first_missing(KerasLayer const& layer) const {
    for (std::string const& input : layer.inputs) {
      if (!value_of_.contains(input)) return input;
    }
    return std::nullopt;
  }

  void add(KerasLayer const& layer) {
    std::vector<TensorView> inputs;
    for (std::string const& input : layer.inputs) inputs.push_back(value_of_.at(input));
    std::size_t const before = made_.network().nodes.size();
    try {
      std::vector<TensorView> outputs = make_keras_layer({layer, inputs, weights_, made_, replacements_});
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        TensorView view = in_order(std::move(outputs[i]));
        if (i == 0) view = named(layer, std::move(view), before);
        value_of_[i == 0 ? layer.name : fmt::format("{}:{}", layer.name, i)] = std::move(view);
      }
    } catch (Error const& error) {
      std::string_view const text = error.what();
      if (text.find(layer.options.where()) != std::string_view::npos) throw;
      throw error.with_context(layer.options.where());
    }
  }

  // Values of one or two axes lie as in Keras: positions slowest.
  TensorView in_order(TensorView view) {
    if (view.axes.size() == 1 || view.axes.size() == 2) return made_.as_matrix(view, view.axes.size() - 1);
    return view;
  }

  // A layer that only changes the view of a value still has a node of its name.
  TensorView named(KerasLayer const& layer, TensorView view, std::size_t before) {
    std::vector<network::Node> const& nodes = made_.network().nodes;
    bool const is_there = std::any_of(nodes.begin() + static_cast<std::ptrdiff_t>(before), nodes.end(),
                                      [&](network::Node const& node) { return node.name == layer.name; });
    if (!is_there) view.node = made_.add(layer.name, layer.class_name, network::Identity{}, {view.node});
    return view;
  }

  KerasGraph const& graph_;
  KerasWeights& weights_;
  ReplacementUse& replacements_;
  TensorGraph made_;
  std::map<std::string, TensorView, std::less<>> value_of_;  // views of every output of a layer's use
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

network::Network build(KerasGraph const& graph, hdf5::Contents contents, std::string const& weights, std::string source,
                       ReplacementUse& replacements) {
  KerasWeights sorted(std::move(contents), graph, weights);
  check_keras_masks(graph);
  if (!graph.lower_precision.empty()) {
    log(LogLevel::warning,
        fmt::format("{}: its layers compute in {}; Shoal takes their weights as they are and computes "
                    "in float32, so that Keras's own outputs differ by their rounding",
                    source, graph.lower_precision));
  }
  return NetworkBuilder(graph, sorted, std::move(source), replacements).build();
}

}  // namespace

network::Network read_keras_file(std::string const& file, ReplacementUse& replacements) {
  hdf5::Contents contents = hdf5::read_isolated(file, keras_request());
  std::string const config = attribute_text(contents, "/", "model_config");
  if (config.empty()) {
    fail(ErrorCode::input, fmt::format("{} holds weights without a graph (no attribute model_config): name the graph's "
                                       ".json as the model and this file with --weights",
                                       file));
  }
  KerasGraph const graph = parse_keras_graph(config, file, attribute_text(contents, "/", "keras_version"));
  return build(graph, std::move(contents), file, file, replacements);
}

network::Network read_keras_zip(std::string const& file, ReplacementUse& replacements) {
  KerasArchive const archive = read_keras_archive(file);
  KerasGraph const graph = parse_keras_graph(archive.config, file, keras_version_of(archive.metadata));
  TemporaryFile const weights(file, archive.weights);
  try {
    return build(graph, hdf5::read_isolated(weights.path(), keras_request()), file, file, replacements);
  } catch (Error const& error) {
    std::string_view const text = error.what();
    if (text.find(file) != std::string_view::npos) throw;
    throw error.with_context(fmt::format("model.weights.h5 of {}", file));
  }
}

network::Network read_keras_pair(std::string const& file, std::string const& weights, ReplacementUse& replacements) {
  std::string const text = read_text(file);
  if (weights.empty()) {
    parse_keras_graph(text, file);
    fail(ErrorCode::config, fmt::format("{} is a graph without weights: name their HDF5 file with --weights", file));
  }
  hdf5::Contents contents = hdf5::read_isolated(weights, keras_request());
  KerasGraph const graph = parse_keras_graph(text, file, attribute_text(contents, "/", "keras_version"));
  return build(graph, std::move(contents), weights, fmt::format("{} with {}", file, weights), replacements);
}

}  // namespace shoal::readers
