// SPDX-License-Identifier: MIT
// Keras layers that join several values.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "readers/keras/graph/making.hpp"
#include "readers/tensors/larger_value.hpp"

namespace shoal::readers {

namespace {

// All inputs as positions and channels, and the axes of what joins them element by element: an axis of one element
// counts for all.
struct Aligned {
  std::vector<int> nodes;
  std::size_t rank = 0;
  std::size_t along = 0;  // the axis of the positions

  TensorView result(Making const& making, int node) const {
    TensorView view{node, std::vector<TensorAxis>(rank)};
    if (rank > 1) view.axes[along] = {network::Axis::positions};
    view.axes[rank - 1] = {network::Axis::channels};
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
  TensorView const sum{making.add(network::Add{}, aligned.nodes, "sum"), {}};
  return {aligned.result(making, making.scaled(sum, 1.0F / static_cast<float>(making.inputs.size()), 0.0F).node)};
}

std::vector<TensorView> make_difference(Making const& making) {
  Aligned const aligned = align(making);
  if (aligned.nodes.size() != 2) making.options.refuse("it takes the difference of two values");
  TensorView const negative = making.scaled({aligned.nodes[1], {}}, -1.0F, 0.0F, "negative");
  return {aligned.result(making, making.add(network::Add{}, {aligned.nodes[0], negative.node}))};
}

// The smaller value is minus the larger of the negatives.
template <bool Larger>
std::vector<TensorView> make_extreme(Making const& making) {
  Aligned const aligned = align(making);
  auto const add = [&](network::Layer made, std::vector<int> from, std::string const& part) {
    return making.add(std::move(made), std::move(from), part);
  };
  auto const negative = [&](int node, std::string const& part) {
    return Larger ? node : making.scaled({node, {}}, -1.0F, 0.0F, part).node;
  };
  int so_far = negative(aligned.nodes[0], "negative0");
  for (std::size_t i = 1; i < aligned.nodes.size(); ++i) {
    std::string const number = std::to_string(i);
    int const next = negative(aligned.nodes[i], "negative" + number);
    bool const is_last = Larger && i + 1 == aligned.nodes.size();
    so_far = add_larger(making.graph, add, so_far, next, number + "/", is_last ? "" : "larger" + number);
  }
  return {aligned.result(making, negative(so_far, ""))};
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
  int const node =
      making.add(network::Concatenate{is_last ? network::Axis::channels : network::Axis::positions}, nodes);
  TensorView view{node, making.matrix().axes};
  if (!is_last) view.axes[axis] = {network::Axis::positions};
  view.axes.back() = {network::Axis::channels};
  return {making.graph.tidy(std::move(view))};
}

// An input of Dot: a vector or a matrix, normalised if that is asked for, and the axis that is summed over.
struct Factor {
  TensorView view;
  std::size_t axis = 0;

  std::int64_t length(Making const& making) const { return making.graph.extent(view, axis); }
  // The other axis; that of a vector has one element.
  std::int64_t others(Making const& making) const {
    return view.axes.size() == 1 ? 1 : making.graph.extent(view, 1 - axis);
  }
  // Distances in floats between neighbours, along the other axis and along this one.
  std::array<std::int64_t, 2> strides(Making const& making) const {
    bool const vector = view.axes.size() == 1;
    return {vector ? 0 : making.graph.stride(view, {1 - axis}), making.graph.stride(view, {axis})};
  }
};

Factor factor_of(Making const& making, std::size_t index, std::int64_t counted) {
  TensorView const matrix = making.matrix(index);
  auto const rank = static_cast<std::int64_t>(matrix.axes.size());
  std::int64_t const axis = counted < 0 ? counted + rank : counted - 1;
  if (rank > 2) making.options.refuse("only products of vectors and matrices are supported");
  if (axis < 0 || axis >= rank) making.options.refuse(fmt::format("axis {} is not one of its inputs'", counted));
  return {matrix, static_cast<std::size_t>(axis)};
}

// Sums over one axis of each of two vectors or matrices; what is left of the first comes before what is left of the
// second.
std::vector<TensorView> make_dot(Making const& making) {
  making.options.require_flag({"normalize"}, false);
  if (making.inputs.size() != 2) making.options.refuse("it takes two values");
  std::vector<std::int64_t> axes = making.options.integers({"axes", "dot_axes"});
  if (axes.empty()) axes = {-1};
  if (axes.size() == 1) axes.push_back(axes[0]);
  if (axes.size() != 2) making.options.refuse("it sums over one axis of each input");
  Factor const left = factor_of(making, 0, axes[0]), right = factor_of(making, 1, axes[1]);
  std::int64_t const length = left.length(making);
  if (right.length(making) != length) making.options.refuse("the axes that it sums over differ in length");
  std::int64_t const rows = left.others(making), columns = right.others(making);
  bool const vectors = left.view.axes.size() == 1 && right.view.axes.size() == 1;
  if (vectors) {
    int const product = making.add(network::Multiply{}, {left.view.node, right.view.node}, "product");
    return {
        making.value(making.add(network::Reduce{network::Reduction::sum, network::Axis::channels}, {product}), true)};
  }
  auto const [row, along] = left.strides(making);
  auto const [column, across] = right.strides(making);
  network::MatrixProduct made{{1, rows, length, columns, {0, row, along}, {0, across, column}, {0, columns, 1}},
                              {rows, columns}};
  TensorView view{making.add(std::move(made), {left.view.node, right.view.node}), {}};
  if (left.view.axes.size() > 1) view.axes.push_back({network::Axis::positions});
  if (right.view.axes.size() > 1) view.axes.push_back({network::Axis::channels});
  return {making.graph.tidy(std::move(view))};
}

}  // namespace

void add_keras_joins(KerasMakers& makers) {
  makers["Add"] = {make_joining<network::Add>, KerasArguments::list};
  makers["Multiply"] = {make_joining<network::Multiply>, KerasArguments::list};
  makers["Subtract"] = {make_difference, KerasArguments::list};
  makers["Average"] = {make_average, KerasArguments::list};
  makers["Maximum"] = {make_extreme<true>, KerasArguments::list};
  makers["Minimum"] = {make_extreme<false>, KerasArguments::list};
  makers["Concatenate"] = {make_concatenation, KerasArguments::list};
  makers["Dot"] = {make_dot, KerasArguments::list};
}

}  // namespace shoal::readers
