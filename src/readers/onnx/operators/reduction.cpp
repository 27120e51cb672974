// SPDX-License-Identifier: MIT
// ONNX reductions and softmax, along positions, channels or both.
#include <fmt/core.h>

#include <set>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// The axes that a reduction runs over. If none are named, all except the batch are meant, unless that means "do
// nothing".
std::set<std::size_t> reduced_axes(OnnxCall const& call, OnnxView const& view) {
  std::vector<std::int64_t> const given = call.has(1) ? call.integers(1) : call.integers("axes");
  std::set<std::size_t> axes;
  if (given.empty()) {
    if (call.integer("noop_with_empty_axes", 0) != 0) return axes;
    call.refuse("it reduces the batch, too");
  }
  for (std::int64_t const axis : given) axes.insert(call.view_axis(axis, view));
  return axes;
}

OnnxView without(OnnxView view, std::set<std::size_t> const& axes, bool keep) {
  OnnxView left{view.node, {}, view.batch};
  for (std::size_t i = 0; i < view.axes.size(); ++i) {
    if (!axes.contains(i)) {
      left.axes.push_back(view.axes[i]);
    } else if (keep) {
      left.axes.push_back({});
    } else if (i < view.batch.axis) {
      --left.batch.axis;
    }
  }
  return left;
}

// Our axes that these run over; nothing if they run over only a part of one.
std::set<network::Axis> whole_axes(OnnxView const& view, std::set<std::size_t> const& axes) {
  std::set<network::Axis> ours;
  for (std::size_t const axis : axes) {
    for (AxisPart const& part : view.axes[axis]) {
      if (!part.is_whole()) return {};
      ours.insert(part.axis);
    }
  }
  return ours;
}

// The view with these axes as channels and all others as positions.
OnnxView with_channels(OnnxCall const& call, OnnxView const& view, std::set<std::size_t> const& axes) {
  std::vector<std::size_t> others, channels(axes.begin(), axes.end());
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) {
    if (!axes.contains(axis)) others.push_back(axis);
  }
  return call.graph().arranged(view, others, channels);
}

OnnxView reduced(OnnxCall const& call, OnnxView view, network::Reduction kind) {
  std::set<std::size_t> const axes = reduced_axes(call, view);
  if (axes.empty()) return view;
  std::set<network::Axis> ours = whole_axes(view, axes);
  if (ours.empty()) {
    view = with_channels(call, view, axes);
    ours = whole_axes(view, axes);
  }
  // A mean of means or a sum of sums, in this order.
  if (ours.contains(network::Axis::positions)) {
    view.node =
        call.add(network::Reduce{kind, network::Axis::positions}, {view.node}, ours.size() > 1 ? "positions" : "");
  }
  if (ours.contains(network::Axis::channels))
    view.node = call.add(network::Reduce{kind, network::Axis::channels}, {view.node});
  return without(view, axes, call.integer("keepdims", 1) != 0);
}

template <network::Reduction Kind>
std::vector<OnnxOperand> make_reduction(OnnxCall const& call) {
  return {reduced(call, call.any_view(0), Kind)};
}

std::vector<OnnxOperand> make_minimum(OnnxCall const& call) {
  OnnxView const negative = call.scaled(call.any_view(0), -1, 0, "negative");
  return {call.scaled(reduced(call, negative, network::Reduction::max), -1, 0, "minimum")};
}

template <bool Root>
std::vector<OnnxOperand> make_square_sum(OnnxCall const& call) {
  OnnxView const squares =
      call.add_same(network::Activate{network::Activation::square, 1.0F}, call.any_view(0), "squares");
  OnnxView const sum = reduced(call, squares, network::Reduction::sum);
  if (!Root) return {sum};
  return {call.add_same(network::Activate{network::Activation::square_root, 1.0F}, sum, "root")};
}

std::vector<OnnxOperand> make_absolute_sum(OnnxCall const& call) {
  OnnxView const sizes =
      call.add_same(network::Activate{network::Activation::absolute, 1.0F}, call.any_view(0), "sizes");
  return {reduced(call, sizes, network::Reduction::sum)};
}

// The axes that softmax normalises: before operator set 13 all from `axis` on.
std::set<std::size_t> softmax_axes(OnnxCall const& call, OnnxView const& view) {
  bool const to_the_end = call.opset() < 13;
  std::size_t const first = call.view_axis(call.integer("axis", to_the_end ? 1 : -1), view);
  if (to_the_end && first < view.batch.axis) call.refuse("it works along the batch axis, which is not supported");
  std::set<std::size_t> axes = {first};
  for (std::size_t i = first + 1; to_the_end && i < view.axes.size(); ++i) axes.insert(i);
  return axes;
}

template <bool Logarithm>
std::vector<OnnxOperand> make_softmax(OnnxCall const& call) {
  OnnxView view = call.any_view(0);
  if (view.axes.empty()) call.refuse("its input has no axes");
  std::set<std::size_t> const axes = softmax_axes(call, view);
  std::set<network::Axis> ours = whole_axes(view, axes);
  if (ours.empty()) {
    view = with_channels(call, view, axes);
    ours = whole_axes(view, axes);
  }
  bool const both = ours.size() == 2;
  network::Axis const axis =
      ours == std::set<network::Axis>{network::Axis::positions} ? network::Axis::positions : network::Axis::channels;
  // Along both axes any order will do: the value is flattened, and laid out again.
  int const from = both ? call.add(network::Flatten{}, {view.node}, "flattened") : view.node;
  int node = -1;
  if (Logarithm) {
    int const sum = call.add(network::Reduce{network::Reduction::log_sum_exp, axis}, {from}, "logsumexp");
    OnnxView const negative = call.scaled({sum, {}}, -1, 0, "negative");
    node = call.add(network::Add{}, {from, negative.node}, both ? "flat" : "");
  } else {
    node = call.add(network::Softmax{axis}, {from}, both ? "flat" : "");
  }
  if (both) node = call.add(network::Reshape{call.graph().node(view.node).shape}, {node});
  return {OnnxView{node, view.axes, view.batch}};
}

}  // namespace

void add_reduction_operators(OnnxMakers& makers) {
  makers["ReduceMean"] = make_reduction<network::Reduction::mean>;
  makers["ReduceSum"] = make_reduction<network::Reduction::sum>;
  makers["ReduceMax"] = make_reduction<network::Reduction::max>;
  makers["ReduceLogSumExp"] = make_reduction<network::Reduction::log_sum_exp>;
  makers["ReduceMin"] = make_minimum;
  makers["ReduceL1"] = make_absolute_sum;
  makers["ReduceL2"] = make_square_sum<true>;
  makers["ReduceSumSquare"] = make_square_sum<false>;
  makers["Softmax"] = make_softmax<false>;
  makers["LogSoftmax"] = make_softmax<true>;
}

}  // namespace shoal::readers
