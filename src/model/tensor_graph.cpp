// SPDX-License-Identifier: MIT
#include "model/tensor_graph.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/shapes.hpp"

namespace shoal::model {

namespace {

constexpr std::size_t most_nodes = 200'000;

bool only(TensorAxis const& axis, Axis allowed) {
  return axis.empty() || (axis.size() == 1 && axis[0] == allowed);
}

}  // namespace

std::string TensorGraph::free_name(std::string const& name) {
  std::string const wanted = name.empty() ? "value" : name;
  std::string free = wanted;
  for (int count = 2; !names_.insert(free).second; ++count) free = fmt::format("{}_{}", wanted, count);
  return free;
}

int TensorGraph::add(std::string const& name, std::string const& class_name, Layer layer, std::vector<int> inputs) {
  if (network_.nodes.size() >= most_nodes) fail(ErrorCode::input, "the network has too many layers");
  std::vector<Shape> shapes;
  for (int const input : inputs) shapes.push_back(node(input).shape);
  Shape const shape = infer_shape(layer, shapes);
  network_.nodes.push_back({free_name(name), class_name, std::move(layer), std::move(inputs), shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

int TensorGraph::add_input(std::string const& name, Shape shape) {
  network_.nodes.push_back({free_name(name), "Input", InputLayer{}, {}, shape});
  return static_cast<int>(network_.nodes.size()) - 1;
}

TensorView TensorGraph::add_constant(std::string const& name, std::vector<std::int64_t> const& extents,
                                     std::vector<float> values) {
  TensorView view{-1, std::vector<TensorAxis>(extents.size())};
  std::vector<std::size_t> longer;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] != 1) longer.push_back(i);
  }
  if (longer.size() > 2) {
    fail(ErrorCode::input, fmt::format("{} has more than two long axes, which is not supported", name));
  }
  Shape shape{1, 1};
  if (!longer.empty() && (longer.size() == 2 || longer[0] + 1 < extents.size())) {
    view.axes[longer[0]] = {Axis::positions};
    shape.positions = extents[longer[0]];
    longer.erase(longer.begin());
  }
  if (!longer.empty()) {
    view.axes[longer[0]] = {Axis::channels};
    shape.channels = extents[longer[0]];
  }
  view.node = add(name, "Input", Constant{shape, std::move(values)}, {});
  return view;
}

void TensorGraph::rename(int index, std::string const& name) {
  if (name.empty() || !names_.insert(name).second) return;
  Node& renamed = network_.nodes[static_cast<std::size_t>(index)];
  names_.erase(renamed.name);
  renamed.name = name;
}

UniformScale TensorGraph::uniform_scale(int index) const {
  auto const* layer = std::get_if<BatchNorm>(&node(index).layer);
  if (layer == nullptr) return {index};
  auto const uniform = [](std::vector<float> const& values) {
    return std::all_of(values.begin(), values.end(), [&](float value) { return value == values.front(); });
  };
  if (!uniform(layer->scale) || !uniform(layer->shift)) return {index};
  return {node(index).inputs[0], static_cast<double>(layer->scale[0]), static_cast<double>(layer->shift[0])};
}

std::int64_t TensorGraph::length(int index, Axis axis) const {
  Shape const shape = node(index).shape;
  return axis == Axis::positions ? shape.positions : shape.channels;
}

std::int64_t TensorGraph::extent(TensorView const& view, std::size_t axis) const {
  std::int64_t product = 1;
  for (Axis const each : view.axes[axis]) product *= length(view.node, each);
  return product;
}

std::vector<std::int64_t> TensorGraph::extents(TensorView const& view) const {
  std::vector<std::int64_t> all;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) all.push_back(extent(view, axis));
  return all;
}

TensorView TensorGraph::tidy(TensorView view) const {
  for (TensorAxis& axis : view.axes) {
    std::erase_if(axis, [&](Axis each) { return length(view.node, each) == 1; });
  }
  return view;
}

TensorView TensorGraph::swapped(TensorView const& view) {
  TensorView turned = view;
  turned.node = add(node(view.node).name + "/transposed", "Transpose", Transpose{}, {view.node});
  for (TensorAxis& axis : turned.axes) {
    for (Axis& each : axis) each = each == Axis::positions ? Axis::channels : Axis::positions;
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
  if (long_axes == 0 || only(view.axes[row], Axis::channels)) return view;
  // Both merged, channels slowest: the node's own order is the other one.
  TensorView ordered = view.axes[row].front() == Axis::channels ? swapped(view) : view;
  ordered.node = add(node(view.node).name + "/flattened", "Flatten", Flatten{}, {ordered.node});
  ordered.axes[row] = {Axis::channels};
  return ordered;
}

TensorView TensorGraph::as_matrix(TensorView const& view, std::size_t channels) {
  TensorAxis rest;
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
  TensorView flat = as_row(view);
  if (row == channels) return flat;
  flat.node = add(node(flat.node).name + "/column", "Transpose", Transpose{}, {flat.node});
  flat.axes[row] = {Axis::positions};
  return flat;
}

TensorView TensorGraph::reshaped(TensorView const& view, std::vector<std::int64_t> const& extents) {
  TensorAxis all;
  for (TensorAxis const& axis : view.axes) all.insert(all.end(), axis.begin(), axis.end());
  TensorView dealt{view.node, {}};
  std::size_t next = 0;
  bool fits = true;
  for (std::int64_t const wanted : extents) {
    TensorAxis axis;
    for (std::int64_t product = 1; product < wanted && next < all.size();) {
      product *= length(view.node, all[next]);
      axis.push_back(all[next++]);
    }
    dealt.axes.push_back(axis);
    fits = fits && extent(dealt, dealt.axes.size() - 1) == wanted;
  }
  if (fits && next == all.size()) return dealt;
  std::vector<std::size_t> longer;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] > 1) longer.push_back(i);
  }
  if (longer.size() != 2) fail(ErrorCode::input, "its result has more than two long axes, which is not supported");
  TensorView const ordered = all.size() == 2 && all[0] == Axis::channels ? swapped(view) : view;
  Shape const shape{extents[longer[0]], extents[longer[1]]};
  TensorView laid{add(node(view.node).name + "/reshaped", "Reshape", Reshape{shape}, {ordered.node}),
                  std::vector<TensorAxis>(extents.size())};
  laid.axes[longer[0]] = {Axis::positions};
  laid.axes[longer[1]] = {Axis::channels};
  return laid;
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
