// SPDX-License-Identifier: MIT
#include "readers/tensors/tensor_graph.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "network/shapes.hpp"

namespace shoal::readers {

namespace {

constexpr std::size_t most_nodes = 200'000;

}  // namespace

std::string TensorGraph::free_name(std::string const& name) {
  std::string const wanted = name.empty() ? "value" : name;
  std::string free = wanted;
  for (int count = 2; !names_.insert(free).second; ++count) free = fmt::format("{}_{}", wanted, count);
  return free;
}

int TensorGraph::add(std::string const& name, std::string const& class_name, network::Layer layer,
                     std::vector<int> inputs) {
  if (network_.nodes.size() >= most_nodes) fail(ErrorCode::input, "the network has too many layers");
  std::vector<network::Shape> shapes;
  for (int const input : inputs) shapes.push_back(node(input).shape);
  network::Shape const shape = network::infer_shape(layer, shapes);
  network_.nodes.push_back({free_name(name), class_name, std::move(layer), std::move(inputs), shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

int TensorGraph::add_input(std::string const& name, network::Shape shape) {
  network_.nodes.push_back({free_name(name), "Input", network::InputLayer{}, {}, shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

TensorView TensorGraph::add_constant(std::string const& name, std::vector<std::int64_t> const& extents,
                                     std::vector<float> values, std::string const& class_name) {
  std::vector<std::int64_t> longer;
  for (std::int64_t const each : extents) {
    if (each != 1) longer.push_back(each);
  }
  network::Shape shape{1, 1};
  if (!longer.empty() && (longer.size() > 1 || extents.back() != 1)) {
    shape.channels = longer.back();
    longer.pop_back();
  }
  for (std::int64_t const each : longer) shape.positions *= each;
  int const made = add(name, class_name, network::Constant{shape, std::move(values)}, {});
  return {made, row_major(extents, shape)};
}

void TensorGraph::rename(int index, std::string const& name) {
  if (name.empty() || !names_.insert(name).second) return;
  network::Node& renamed = network_.nodes[static_cast<std::size_t>(index)];
  names_.erase(renamed.name);
  renamed.name = name;
}

UniformScale TensorGraph::uniform_scale(int index) const {
  auto const* layer = std::get_if<network::BatchNorm>(&node(index).layer);
  if (layer == nullptr) return {index};
  auto const uniform = [](std::vector<float> const& values) {
    return std::all_of(values.begin(), values.end(), [&](float value) { return value == values.front(); });
  };
  if (!uniform(layer->scale) || !uniform(layer->shift)) return {index};
  return {node(index).inputs[0], static_cast<double>(layer->scale[0]), static_cast<double>(layer->shift[0])};
}

std::int64_t TensorGraph::length(int index, network::Axis axis) const {
  network::Shape const shape = node(index).shape;
  return axis == network::Axis::positions ? shape.positions : shape.channels;
}

std::int64_t TensorGraph::extent(int index, AxisPart const& part) const {
  return part.is_whole() ? length(index, part.axis) : part.extent;
}

std::int64_t TensorGraph::stride(int index, AxisPart const& part) const {
  return part.step * (part.axis == network::Axis::positions ? node(index).shape.channels : 1);
}

std::int64_t TensorGraph::extent(TensorView const& view, std::size_t axis) const {
  std::int64_t product = 1;
  for (AxisPart const& each : view.axes[axis]) product *= extent(view.node, each);
  return product;
}

std::vector<std::int64_t> TensorGraph::extents(TensorView const& view) const {
  std::vector<std::int64_t> all;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) all.push_back(extent(view, axis));
  return all;
}

TensorView TensorGraph::tidy(TensorView view) const {
  for (TensorAxis& axis : view.axes) {
    std::erase_if(axis, [&](AxisPart const& each) { return extent(view.node, each) == 1; });
  }
  return view;
}

TensorView TensorGraph::swapped(TensorView const& view) {
  TensorView turned = view;
  turned.node = add(node(view.node).name + "/transposed", "Transpose", network::Transpose{}, {view.node});
  for (TensorAxis& axis : turned.axes) {
    for (AxisPart& each : axis)
      each.axis = each.axis == network::Axis::positions ? network::Axis::channels : network::Axis::positions;
  }
  return turned;
}

TensorView TensorGraph::as_row(TensorView const& view) {
  std::size_t long_axes = 0, row = 0;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) {
    if (view.axes[axis].empty()) continue;
    ++long_axes;
    row = axis;
  }
  if (long_axes > 1) fail(ErrorCode::input, "it needs one long axis, and its input has two");
  return long_axes == 0 ? view : as_matrix(view, row);
}

void TensorGraph::prune() {
  std::vector<bool> needed(network_.nodes.size(), false);
  needed[0] = true;
  for (int const output : network_.outputs) needed[static_cast<std::size_t>(output)] = true;
  for (std::size_t i = network_.nodes.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (int const input : network_.nodes[i].inputs) needed[static_cast<std::size_t>(input)] = true;
  }
  std::vector<int> moved(network_.nodes.size(), -1);
  std::vector<network::Node> kept;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    if (!needed[i]) continue;
    moved[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(network_.nodes[i]));
    for (int& input : kept.back().inputs) input = moved[static_cast<std::size_t>(input)];
  }
  network_.nodes = std::move(kept);
  for (int& output : network_.outputs) output = moved[static_cast<std::size_t>(output)];
}

}  // namespace shoal::readers
