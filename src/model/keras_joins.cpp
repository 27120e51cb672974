// SPDX-License-Identifier: MIT
// Keras layers that join several values.
#include <fmt/core.h>

#include <algorithm>

#include "model/keras_making.hpp"

namespace shoal::model {

namespace {

// All inputs as positions and channels, and the axes of what joins them element by element: axes of one element count
// for all.
struct Aligned {
  std::vector<int> nodes;
  std::size_t rank = 0;
  std::size_t along = 0;  // the axis of the positions

  TensorView result(Making const& making, int node) const {
    TensorView view{node, std::vector<TensorAxis>(rank)};
    if (rank > 1) view.axes[along] = {Axis::positions};
    view.axes[rank - 1] = {Axis::channels};
    return making.graph.tidy(std::move(view));
  }
};

Aligned align(Making const& making) {
  Aligned aligned;
  for (TensorView const& view : making.inputs) aligned.rank = std::max(aligned.rank, view.axes.size());
  bool found = false;
  for (std::size_t i = 0; i < making.inputs.size(); ++i) {
    TensorView const matrix = making.matrix(i);
    aligned.nodes.push_back(matrix.node);
    for (std::size_t axis = 0; axis + 1 < matrix.axes.size(); ++axis) {
      if (matrix.axes[axis].empty()) continue;
      std::size_t const place = aligned.rank - matrix.axes.size() + axis;
      if (found && place != aligned.along) making.options.refuse("the long axes of its inputs do not fit together");
      aligned.along = place;
      found = true;
    }
  }
  if (!found && aligned.rank > 1) aligned.along = aligned.rank - 2;
  return aligned;
}

template <class Joining>
std::vector<TensorView> make_joining(Making const& making) {
  Aligned const aligned = align(making);
  return {aligned.result(making, making.add(Joining{}, aligned.nodes))};
}

std::vector<TensorView> make_average(Making const& making) {
  Aligned const aligned = align(making);
  TensorView const sum{making.add(Add{}, aligned.nodes, "sum"), {}};
  return {aligned.result(making, making.scaled(sum, 1.0F / static_cast<float>(making.inputs.size()), 0.0F).node)};
}

std::vector<TensorView> make_difference(Making const& making) {
  Aligned const aligned = align(making);
  if (aligned.nodes.size() != 2) making.options.refuse("it takes the difference of two values");
  TensorView const negative = making.scaled({aligned.nodes[1], {}}, -1.0F, 0.0F, "negative");
  return {aligned.result(making, making.add(Add{}, {aligned.nodes[0], negative.node}))};
}

// max(a, b) = a + max(b - a, 0); the smaller is a - max(a - b, 0).
template <bool Larger>
std::vector<TensorView> make_extreme(Making const& making) {
  Aligned const aligned = align(making);
  int so_far = aligned.nodes[0];
  for (std::size_t i = 1; i < aligned.nodes.size(); ++i) {
    int const plus = Larger ? aligned.nodes[i] : so_far, minus = Larger ? so_far : aligned.nodes[i];
    std::string const number = std::to_string(i);
    TensorView const negative = making.scaled({minus, {}}, -1.0F, 0.0F, "negative" + number);
    int const difference = making.add(Add{}, {plus, negative.node}, "difference" + number);
    int step = making.add(Activate{Activation::relu, 1.0F}, {difference}, "step" + number);
    if (!Larger) step = making.scaled({step, {}}, -1.0F, 0.0F, "down" + number).node;
    bool const is_last = i + 1 == aligned.nodes.size();
    so_far = making.add(Add{}, {so_far, step}, is_last ? "" : "so_far" + number);
  }
  return {aligned.result(making, so_far)};
}

std::vector<TensorView> make_concatenation(Making const& making) {
  std::vector<std::int64_t> const axes = making.options.integers({"axis", "concat_axis"});
  std::size_t const axis = making.axis(axes.empty() ? -1 : axes[0]);
  std::vector<int> nodes;
  for (std::size_t i = 0; i < making.inputs.size(); ++i) {
    if (making.inputs[i].axes.size() != making.rank())
      making.options.refuse("its inputs have different numbers of axes");
    TensorView const matrix = making.matrix(i);
    for (std::size_t other = 0; other + 1 < making.rank(); ++other) {
      bool const third = axis + 1 < making.rank() && other != axis && !matrix.axes[other].empty();
      if (third) making.options.refuse("its result has more than two long axes");
    }
    nodes.push_back(matrix.node);
  }
  bool const is_last = axis + 1 == making.rank();
  int const node = making.add(Concatenate{is_last ? Axis::channels : Axis::positions}, nodes);
  TensorView view{node, making.matrix().axes};
  if (!is_last) view.axes[axis] = {Axis::positions};
  view.axes.back() = {Axis::channels};
  return {making.graph.tidy(std::move(view))};
}

// The scalar product of two flat vectors.
std::vector<TensorView> make_dot(Making const& making) {
  making.options.require_flag({"normalize"}, false);
  if (making.inputs.size() != 2 || making.rank() != 1 || making.inputs[1].axes.size() != 1) {
    making.options.refuse("only products of two flat vectors are supported");
  }
  // Flat vectors have no other axis.
  for (std::int64_t const axis : making.options.integers({"axes", "dot_axes"})) making.axis(axis);
  int const product = making.add(Multiply{}, {making.matrix(0).node, making.matrix(1).node}, "product");
  return {making.value(making.add(Reduce{Reduction::sum, Axis::channels}, {product}), true)};
}

}  // namespace

void add_keras_joins(KerasMakers& makers) {
  makers["Add"] = {make_joining<Add>, KerasArguments::list};
  makers["Multiply"] = {make_joining<Multiply>, KerasArguments::list};
  makers["Subtract"] = {make_difference, KerasArguments::list};
  makers["Average"] = {make_average, KerasArguments::list};
  makers["Maximum"] = {make_extreme<true>, KerasArguments::list};
  makers["Minimum"] = {make_extreme<false>, KerasArguments::list};
  makers["Concatenate"] = {make_concatenation, KerasArguments::list};
  makers["Dot"] = {make_dot, KerasArguments::list};
}

}  // namespace shoal::model
