// SPDX-License-Identifier: MIT
#include "readers/keras/file/weights.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/keras/file/numbering.hpp"

namespace shoal::readers {

namespace {

using Shape = std::vector<std::int64_t>;

std::string shown(Shape const& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

// "conv1d_1_W" and "block/kernel:0" → whether the last part is or ends with the role.
bool has_role(std::string_view path, std::string_view role) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find(':'));
  if (!name.ends_with(role)) return false;
  return name.size() == role.size() || name[name.size() - role.size() - 1] == '_';
}

// Keras 1 stores a one-dimensional kernel with four dimensions: [width, 1, in, out], before version 1.1
// [out, in, width, 1].
void adapt_keras1_kernel(hdf5::FloatArray& array, Shape const& expected) {
  if (expected.size() != 3 || array.shape.size() != 4) return;
  if (array.shape == Shape{expected[0], 1, expected[1], expected[2]}) {
    array.shape = expected;
  } else if (array.shape == Shape{expected[2], expected[1], expected[0], 1}) {
    std::vector<float> turned(array.values.size());
    auto const width = static_cast<std::size_t>(expected[0]), in = static_cast<std::size_t>(expected[1]),
               out = static_cast<std::size_t>(expected[2]);
    for (std::size_t w = 0; w < width; ++w) {
      for (std::size_t i = 0; i < in; ++i) {
        for (std::size_t o = 0; o < out; ++o) turned[(w * in + i) * out + o] = array.values[(o * in + i) * width + w];
      }
    }
    array.values = std::move(turned);
    array.shape = expected;
  }
}

// Theano convolves where the other backends correlate: its kernels [extents…, in, out] run backwards along every axis
// that they move over, which means backwards through all of their taps.
void reverse_taps(hdf5::FloatArray& array) {
  std::int64_t width = 1;
  for (std::size_t axis = 0; axis + 2 < array.shape.size(); ++axis) width *= array.shape[axis];
  auto const row = static_cast<std::ptrdiff_t>(array.values.size()) / width;
  for (std::int64_t w = 0; w < width / 2; ++w) {
    std::swap_ranges(array.values.begin() + w * row, array.values.begin() + (w + 1) * row,
                     array.values.begin() + (width - 1 - w) * row);
  }
}

bool has_layer(KerasGraph const& graph, std::string const& name) {
  return std::any_of(graph.layers.begin(), graph.layers.end(),
                     [&](auto const& layer) { return layer.weights_name == name; });
}

// The part of a layer that a weight belongs to, as in numbered files: the layer inside a wrapper, or a layer in the
// place of an activation.
std::string part_of_weight(KerasGraph const& graph, std::string const& layer, std::string const& weight) {
  auto const place = std::find_if(graph.places.begin(), graph.places.end(),
                                  [&](KerasPlace const& each) { return each.name == layer; });
  std::string const type = place == graph.places.end() ? "" : place->class_name;
  if (type == "TimeDistributed") return "/layer";
  if (type == "SpectralNormalization") return has_role(weight, "vector_u") || has_role(weight, "sn_u") ? "" : "/layer";
  return type != "PReLU" && has_role(weight, "alpha") ? "/activation" : "";
}

// Whether the graph has layers of a nested model of this name.
bool has_model(KerasGraph const& graph, std::string const& name) {
  return std::any_of(graph.layers.begin(), graph.layers.end(),
                     [&](auto const& layer) { return layer.weights_name.starts_with(name + "/"); });
}

}  // namespace

hdf5::IsolatedRequest keras_request() {
  hdf5::IsolatedRequest request;
  request.attributes = {"model_config", "layer_names", "weight_names", "backend", "name", "keras_version"};
  request.skipped_groups = {"/optimizer_weights", "/optimizer"};
  return request;
}

std::string attribute_text(hdf5::Contents const& contents, std::string_view object, std::string_view name) {
  for (hdf5::TextAttribute const& attribute : contents.attributes) {
    if (attribute.object == object && attribute.name == name && attribute.values.size() == 1)
      return attribute.values[0];
  }
  return {};
}

KerasWeights::KerasWeights(hdf5::Contents contents, KerasGraph const& graph, std::string file)
    : contents_(std::move(contents)), file_(std::move(file)) {
  for (std::string const root : {"/model_weights", "/"}) {
    bool const named = std::any_of(contents_.attributes.begin(), contents_.attributes.end(), [&](auto const& each) {
      return each.object == root && each.name.starts_with("layer_names");
    });
    if (!named) continue;
    theano_ = attribute_text(contents_, root, "backend") == "theano";
    sort_named(root, graph);
    return;
  }
  if (!is_numbered(contents_)) {
    fail(ErrorCode::input,
         fmt::format("{} holds no Keras weights (neither the attribute layer_names nor a group layers)", file_));
  }
  layers_ = numbered_weights(contents_, graph, file_);
}

std::vector<std::string> KerasWeights::names(std::string const& object, std::string_view attribute) const {
  // Keras cuts long lists into pieces "layer_names0", "layer_names1", …
  std::map<std::int64_t, std::vector<std::string> const*> pieces;
  for (hdf5::TextAttribute const& each : contents_.attributes) {
    if (each.object != object || !each.name.starts_with(attribute)) continue;
    pieces[parse_integer(std::string_view(each.name).substr(attribute.size())).value_or(-1)] = &each.values;
  }
  if (pieces.empty())
    fail(ErrorCode::input, fmt::format("{}: {} has no attribute {}", file_, shoal::quoted(object), attribute));
  std::vector<std::string> names;
  for (auto const& [index, values] : pieces) names.insert(names.end(), values->begin(), values->end());
  return names;
}

void KerasWeights::refuse_unknown(std::string const& layer) const {
  fail(ErrorCode::input, fmt::format("{} has weights of a layer {} that the graph lacks: do the graph and the weights "
                                     "belong together?",
                                     file_, shoal::quoted(layer)));
}

// The layer of a nested model that a weight called "LAYER/kernel:0" or "MODEL/LAYER/kernel" belongs to.
std::string KerasWeights::nested_layer(KerasGraph const& graph, std::string const& model,
                                       std::string const& weight) const {
  auto const parts = split(weight, '/');
  std::vector<std::string> found;
  if (parts.size() >= 2) {
    std::string const ending = fmt::format("/{}", parts[parts.size() - 2]);
    for (KerasLayer const& layer : graph.layers) {
      if (layer.weights_name.starts_with(model + "/") && layer.weights_name.ends_with(ending))
        found.push_back(layer.weights_name);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() != 1) {
    fail(ErrorCode::input, fmt::format("{}: the weight {} of the model {} belongs to {} of its layers", file_,
                                       shoal::quoted(weight), shoal::quoted(model), found.size()));
  }
  return found[0];
}

void KerasWeights::sort_named(std::string const& root, KerasGraph const& graph) {
  std::map<std::string_view, std::size_t> by_path;
  for (std::size_t i = 0; i < contents_.arrays.size(); ++i) by_path.emplace(contents_.arrays[i].path, i);
  std::string const prefix = root == "/" ? "" : root;
  for (std::string const& layer : names(root, "layer_names")) {
    std::string const group = prefix + "/" + layer;
    std::vector<std::string> const weights = names(group, "weight_names");
    bool const known = has_layer(graph, layer);
    bool const nested = !known && has_model(graph, layer);
    if (!known && !nested && !weights.empty()) refuse_unknown(layer);
    for (std::string const& weight : weights) {
      auto const found = by_path.find(group + "/" + weight);
      if (found == by_path.end()) {
        fail(ErrorCode::input, fmt::format("{} names the weight {} of layer {}, but holds no such array of floats",
                                           file_, shoal::quoted(weight), shoal::quoted(layer)));
      }
      std::string const owner = nested ? nested_layer(graph, layer, weight) : layer;
      layers_[owner + part_of_weight(graph, owner, weight)].push_back(found->second);
    }
  }
}

std::size_t KerasWeights::count(KerasLayer const& layer) const {
  auto const found = layers_.find(layer.weights_name);
  return found == layers_.end() ? 0 : found->second.size();
}

std::vector<std::vector<float>> KerasWeights::take(KerasLayer const& layer,
                                                   std::vector<ExpectedWeight> const& expected) const {
  return take(layer, expected, true);
}

std::vector<std::vector<float>> KerasWeights::take_in_order(KerasLayer const& layer,
                                                            std::vector<ExpectedWeight> const& expected) const {
  return take(layer, expected, false);
}

std::vector<std::vector<float>> KerasWeights::take(KerasLayer const& layer, std::vector<ExpectedWeight> const& expected,
                                                   bool by_role) const {
  static std::vector<std::size_t> const none;
  auto const of_layer = layers_.find(layer.weights_name);
  std::vector<std::size_t> const& found = of_layer == layers_.end() ? none : of_layer->second;
  if (found.size() != expected.size()) {
    layer.options.refuse(
        fmt::format("{} holds {} weights of it, and {} are expected", file_, found.size(), expected.size()));
  }
  std::vector<std::vector<float>> taken;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ExpectedWeight const& want = expected[i];
    // By role if the names tell it (those of numbered files do not), otherwise by Keras's order.
    auto const named = std::find_if(found.begin(), found.end(), [&](std::size_t index) {
      std::string const& path = contents_.arrays[index].path;
      return by_role && (has_role(path, want.role) || has_role(path, want.keras1_role));
    });
    // A copy, because a layer may be used again.
    hdf5::FloatArray array = contents_.arrays[named != found.end() ? *named : found[i]];
    adapt_keras1_kernel(array, want.shape);
    if (array.shape != want.shape) {
      layer.options.refuse(fmt::format("its {} in {} has shape {}, and {} is expected", want.role, file_,
                                       shown(array.shape), shown(want.shape)));
    }
    if (!std::all_of(array.values.begin(), array.values.end(), [](float value) { return std::isfinite(value); })) {
      layer.options.refuse(fmt::format("its {} in {} holds values that are not finite", want.role, file_));
    }
    if (theano_ && by_role && want.role == "kernel" && want.shape.size() > 2) reverse_taps(array);
    taken.push_back(std::move(array.values));
  }
  return taken;
}

}  // namespace shoal::readers
