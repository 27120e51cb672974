// SPDX-License-Identifier: MIT
// A network under construction, and the values of its nodes as files see them: tensors with any number of axes, over
// values that are always [positions, channels] here. Transposing and merging axes only changes the view; a layer is
// added if an operator needs the values in another order.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "network/network.hpp"

namespace shoal::readers {

// The positions or the channels of a node, or one factor of them if they are split (into heads and depth, for example):
// `extent` elements, `step` positions or channels apart.
struct AxisPart {
  network::Axis axis = network::Axis::positions;
  std::int64_t extent = 0;  // 0: the whole axis
  std::int64_t step = 1;

  AxisPart(network::Axis whole) : axis(whole) {}
  AxisPart(network::Axis of, std::int64_t elements, std::int64_t distance)
      : axis(of), extent(elements), step(distance) {}
  bool is_whole() const { return extent == 0; }
  bool operator==(AxisPart const&) const = default;
};

// What one axis of a tensor runs over, slowest first: nothing (one element), or parts of the node's axes.
using TensorAxis = std::vector<AxisPart>;

// Where a view's batch stands: after `axis` of its axes. Where a file merges it with others (batch and heads),
// `before` axes directly before it and `behind` directly after it are one axis of the file with it, the first the
// slowest.
struct BatchPlace {
  std::size_t axis = 0, before = 0, behind = 0;
  bool operator==(BatchPlace const&) const = default;
};

// A node's value with the axes of the file, without the batch axis. Together the parts name every element of the node
// once; an axis of one element has no parts.
struct TensorView {
  int node = -1;
  std::vector<TensorAxis> axes;
  BatchPlace batch = {};
};

// A node's value as scale * x + shift of an earlier node x, the same for all channels.
struct UniformScale {
  int of = -1;
  double scale = 1, shift = 0;
};

class TensorGraph {
 public:
  explicit TensorGraph(std::string source) { network_.source = std::move(source); }

  // Adds a layer and gives its node's index. Errors: input, when the shapes do not fit.
  int add(std::string const& name, std::string const& class_name, network::Layer layer, std::vector<int> inputs);
  // Adds the input layer of this shape.
  int add_input(std::string const& name, network::Shape shape);
  // Adds a tensor of these extents that is the same for every sequence.
  TensorView add_constant(std::string const& name, std::vector<std::int64_t> const& extents, std::vector<float> values,
                          std::string const& class_name = "Input");
  // Gives the node this name if it is free.
  void rename(int node, std::string const& name);

  network::Node const& node(int index) const { return network_.nodes[static_cast<std::size_t>(index)]; }
  network::Network& network() { return network_; }

  // What a layer of one scale and shift does; any other node is itself times one.
  UniformScale uniform_scale(int node) const;

  // Length of one of a node's axes.
  std::int64_t length(int node, network::Axis axis) const;
  // The length of a view's axis, and of all its axes, without the batch.
  std::int64_t extent(TensorView const& view, std::size_t axis) const;
  std::vector<std::int64_t> extents(TensorView const& view) const;
  // The view without axes of length one in its lists.
  TensorView tidy(TensorView view) const;

  // Elements of a part, and their distance in floats in the node's value.
  std::int64_t extent(int node, AxisPart const& part) const;
  std::int64_t stride(int node, AxisPart const& part) const;
  // The distance in floats of neighbours along several merged axes, the first the slowest; 0 for a single element, -1
  // if there is no such distance.
  std::int64_t stride(TensorView const& view, std::vector<std::size_t> const& axes) const;

  // The same tensor in a node whose positions are the view's axes `positions`, merged in that order, and whose channels
  // are `channels`; each of the view's axes is in one of the two. A layer is added where the node is another one.
  TensorView arranged(TensorView const& view, std::vector<std::size_t> const& positions,
                      std::vector<std::size_t> const& channels);
  // The same values in a node whose channels are the view's axis `channels` and whose positions are all other axes.
  TensorView as_matrix(TensorView const& view, std::size_t channels);
  // The same values in a node whose positions are the view's axis `positions` and whose channels are all other axes.
  TensorView as_rows(TensorView const& view, std::size_t positions);
  // Axes with these extents, the first the slowest, as what they run over in a node of shape `shape` that is row-major.
  static std::vector<TensorAxis> row_major(std::vector<std::int64_t> const& extents, network::Shape shape);
  // The same tensor with positions and channels swapped in a new node.
  TensorView swapped(TensorView const& view);
  // All values along one axis of channels, in the order of the view, if they are not so already; every other axis has
  // one element. Errors: input, when two axes are longer than one.
  TensorView as_row(TensorView const& view);

  // The same values, in the view's row-major order, as a tensor with these extents, whose product is the view's. Our
  // axes are shared out and split if their lengths allow it; otherwise the values are laid out anew.
  TensorView reshaped(TensorView const& view, std::vector<std::int64_t> const& extents);

  // The nodes that the outputs need, renumbered.
  void prune();

 private:
  std::string free_name(std::string const& name);

  network::Network network_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace shoal::readers
