// SPDX-License-Identifier: MIT
// A network under construction, and its nodes' values as files see them: tensors of any number of axes over values that
// are always [positions, channels] here. Transposing and merging axes only changes the view; a layer is added where an
// operator needs the values in another order.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "model/network.hpp"

namespace shoal::model {

// What one axis of a tensor runs over, slowest first: nothing (one element), positions, channels, or both merged.
using TensorAxis = std::vector<Axis>;

// A node's value with the file's axes, the batch axis left out. An axis of the node that is longer than one occurs
// exactly once; one of length one never does.
struct TensorView {
  int node = -1;
  std::vector<TensorAxis> axes;
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
  int add(std::string const& name, std::string const& class_name, Layer layer, std::vector<int> inputs);
  // Adds the input layer of this shape.
  int add_input(std::string const& name, Shape shape);
  // Adds a tensor of these extents that is the same for every sequence. Errors: input, when more than two are longer
  // than one.
  TensorView add_constant(std::string const& name, std::vector<std::int64_t> const& extents, std::vector<float> values);
  // Gives the node this name where it is free.
  void rename(int node, std::string const& name);

  Node const& node(int index) const { return network_.nodes[static_cast<std::size_t>(index)]; }
  Network& network() { return network_; }

  // What a layer of one scale and shift does; any other node is itself times one.
  UniformScale uniform_scale(int node) const;

  // Length of one of a node's axes.
  std::int64_t length(int node, Axis axis) const;
  // Length of a view's axis; all of them, without the batch.
  std::int64_t extent(TensorView const& view, std::size_t axis) const;
  std::vector<std::int64_t> extents(TensorView const& view) const;
  // The view without axes of length one in its lists.
  TensorView tidy(TensorView view) const;

  // The same values in a node whose channels are the view's axis `channels` and whose positions are all other axes.
  // Errors: input, when the other axes are several of more than one element.
  TensorView as_matrix(TensorView const& view, std::size_t channels);
  // The same tensor with positions and channels swapped in a new node.
  TensorView swapped(TensorView const& view);
  // All values along one axis of channels, in the order of the view, where they are not already; every other axis has
  // one element. Errors: input, when two axes are longer than one.
  TensorView as_row(TensorView const& view);

  // The same values, in the view's row-major order, as a tensor with these extents, whose product is the view's: our
  // axes are dealt out where their lengths allow it, else the values are laid out anew. Errors: input, when the result
  // has more than two axes longer than one.
  TensorView reshaped(TensorView const& view, std::vector<std::int64_t> const& extents);

  // The nodes that the outputs need, renumbered.
  void prune();

 private:
  std::string free_name(std::string const& name);

  Network network_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace shoal::model
