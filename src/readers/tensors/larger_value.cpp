// SPDX-License-Identifier: MIT
#include "readers/tensors/larger_value.hpp"

#include <algorithm>

namespace shoal::readers {

namespace {

int spread_to(TensorGraph const& graph, AddLayer const& add, int node, network::Shape shape, std::string const& part) {
  if (graph.node(node).shape == shape) return node;
  std::vector<float> ones(static_cast<std::size_t>(shape.size()), 1.0F);
  int const constant = add(network::Constant{shape, std::move(ones)}, {}, part + "ones");
  return add(network::Multiply{}, {node, constant}, part + "spread");
}

}  // namespace

int add_larger(TensorGraph const& graph, AddLayer const& add, int left, int right, std::string const& part,
               std::string const& last) {
  network::Shape const a = graph.node(left).shape, b = graph.node(right).shape;
  network::Shape const shape{std::max(a.positions, b.positions), std::max(a.channels, b.channels)};
  left = spread_to(graph, add, left, shape, part + "left/");
  right = spread_to(graph, add, right, shape, part + "right/");
  int node = add(network::Concatenate{network::Axis::channels}, {left, right}, part + "pairs");
  node = add(network::Reshape{{2 * shape.positions, shape.channels}}, {node}, part + "rows");
  return add(network::Pool{.kind = network::PoolKind::max, .width = 2, .stride = 2}, {node}, last);
}

}  // namespace shoal::readers
