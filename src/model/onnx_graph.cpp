// SPDX-License-Identifier: MIT
#include "model/onnx_graph.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/shapes.hpp"

namespace shoal::model {

namespace {

constexpr std::size_t most_nodes = 200'000;

bool only(OnnxAxis const& axis, Axis allowed) {
  return axis.empty() || (axis.size() == 1 && axis[0] == allowed);
}

}  // namespace

std::string OnnxGraph::free_name(std::string const& name) {
  std::string const wanted = name.empty() ? "value" : name;
  std::string free = wanted;
  for (int count = 2; !names_.insert(free).second; ++count) free = fmt::format("{}_{}", wanted, count);
  return free;
}

int OnnxGraph::add(std::string const& name, std::string const& class_name, Layer layer, std::vector<int> inputs) {
  if (network_.nodes.size() >= most_nodes) fail(ErrorCode::input, "the network has too many layers");
  std::vector<Shape> shapes;
  for (int const input : inputs) shapes.push_back(node(input).shape);
  Shape const shape = infer_shape(layer, shapes);
  network_.nodes.push_back({free_name(name), class_name, std::move(layer), std::move(inputs), shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

int OnnxGraph::add_input(std::string const& name, Shape shape) {
  network_.nodes.push_back({free_name(name), "Input", InputLayer{}, {}, shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

void OnnxGraph::rename(int index, std::string const& name) {
  if (name.empty() || !names_.insert(name).second) return;
  Node& renamed = network_.nodes[static_cast<std::size_t>(index)];
  names_.erase(renamed.name);
  renamed.name = name;
}

UniformScale OnnxGraph::uniform_scale(int index) const {
  auto const* layer = std::get_if<BatchNorm>(&node(index).layer);
  if (layer == nullptr) return {index};
  auto const uniform = [](std::vector<float> const& values) {
    return std::all_of(values.begin(), values.end(), [&](float value) { return value == values.front(); });
  };
  if (!uniform(layer->scale) || !uniform(layer->shift)) return {index};
  return {node(index).inputs[0], static_cast<double>(layer->scale[0]), static_cast<double>(layer->shift[0])};
}

std::int64_t OnnxGraph::length(int index, Axis axis) const {
  Shape const shape = node(index).shape;
  return axis == Axis::positions ? shape.positions : shape.channels;
}

std::int64_t OnnxGraph::extent(OnnxView const& view, std::size_t axis) const {
  std::int64_t product = 1;
  for (Axis const each : view.axes[axis]) product *= length(view.node, each);
  return product;
}

std::vector<std::int64_t> OnnxGraph::extents(OnnxView const& view) const {
  std::vector<std::int64_t> all;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) all.push_back(extent(view, axis));
  return all;
}

OnnxView OnnxGraph::tidy(OnnxView view) const {
  for (OnnxAxis& axis : view.axes) {
    std::erase_if(axis, [&](Axis each) { return length(view.node, each) == 1; });
  }
  return view;
}

OnnxView OnnxGraph::swapped(OnnxView const& view) {
  OnnxView turned = view;
  turned.node = add(node(view.node).name + "/transposed", "Transpose", Transpose{}, {view.node});
  for (OnnxAxis& axis : turned.axes) {
    for (Axis& each : axis) each = each == Axis::positions ? Axis::channels : Axis::positions;
  }
  return turned;
}

OnnxView OnnxGraph::as_row(OnnxView const& view) {
  std::size_t long_axes = 0, row = 0;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) {
    if (view.axes[axis].empty()) continue;
    ++long_axes;
    row = axis;
  }
  if (long_axes > 1) fail(ErrorCode::input, "it needs one long axis, and its input has two");
  if (long_axes == 0 || only(view.axes[row], Axis::channels)) return view;
  // Both merged, channels slowest: the node's own order is the other one.
  OnnxView ordered = view.axes[row].front() == Axis::channels ? swapped(view) : view;
  ordered.node = add(node(view.node).name + "/flattened", "Flatten", Flatten{}, {ordered.node});
  ordered.axes[row] = {Axis::channels};
  return ordered;
}

OnnxView OnnxGraph::as_matrix(OnnxView const& view, std::size_t channels) {
  OnnxAxis rest;
  std::size_t long_axes = 0, row = channels;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) {
    if (axis == channels || view.axes[axis].empty()) continue;
    ++long_axes;
    row = axis;
    rest = view.axes[axis];
  }
  if (long_axes > 1) fail(ErrorCode::input, "its input has more than two long axes, which is not supported");
  if (only(view.axes[channels], Axis::channels) && only(rest, Axis::positions)) return view;
  if (only(view.axes[channels], Axis::positions) && only(rest, Axis::channels)) return swapped(view);
  OnnxView flat = as_row(view);
  if (row == channels) return flat;
  flat.node = add(node(flat.node).name + "/column", "Transpose", Transpose{}, {flat.node});
  flat.axes[row] = {Axis::positions};
  return flat;
}

void OnnxGraph::prune() {
  std::vector<bool> needed(network_.nodes.size(), false);
  needed[0] = true;
  for (int const output : network_.outputs) needed[static_cast<std::size_t>(output)] = true;
  for (std::size_t i = network_.nodes.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (int const input : network_.nodes[i].inputs) needed[static_cast<std::size_t>(input)] = true;
  }
  std::vector<int> moved(network_.nodes.size(), -1);
  std::vector<Node> kept;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    if (!needed[i]) continue;
    moved[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(network_.nodes[i]));
    for (int& input : kept.back().inputs) input = moved[static_cast<std::size_t>(input)];
  }
  network_.nodes = std::move(kept);
  for (int& output : network_.outputs) output = moved[static_cast<std::size_t>(output)];
}

}  // namespace shoal::model
