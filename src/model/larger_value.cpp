// SPDX-License-Identifier: MIT
#include "model/larger_value.hpp"

#include <algorithm>

namespace shoal::model {

namespace {

int spread_to(TensorGraph const& graph, AddLayer const& add, int node, Shape shape, std::string const& part) {
  if (graph.node(node).shape == shape) return node;
  std::vector<float> ones(static_cast<std::size_t>(shape.size()), 1.0F);
  int const constant = add(Constant{shape, std::move(ones)}, {}, part + "ones");
  return add(Multiply{}, {node, constant}, part + "spread");
}

}  // namespace

int add_larger(TensorGraph const& graph, AddLayer const& add, int left, int right, std::string const& part,
               std::string const& last) {
  Shape const a = graph.node(left).shape, b = graph.node(right).shape;
  Shape const shape{std::max(a.positions, b.positions), std::max(a.channels, b.channels)};
  left = spread_to(graph, add, left, shape, part + "left/");
  right = spread_to(graph, add, right, shape, part + "right/");
  int node = add(Concatenate{Axis::channels}, {left, right}, part + "pairs");
  node = add(Reshape{{2 * shape.positions, shape.channels}}, {node}, part + "rows");
  return add(Pool{.kind = PoolKind::max, .width = 2, .stride = 2}, {node}, last);
}

}  // namespace shoal::model
