// SPDX-License-Identifier: MIT
// ONNX's TopK, ArgMax and ArgMin, and Hardmax.
#include <fmt/core.h>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// A view one of whose axes is a whole axis of ours.
OnnxView with_whole_axis(OnnxCall const& call, OnnxView const& view, std::size_t axis) {
  bool const is_whole = view.axes[axis].size() == 1 && view.axes[axis][0].is_whole();
  return is_whole ? view : call.graph().as_matrix(view, axis);
}

// The second output, the places of the elements, is not made, and reading it is refused.
std::vector<OnnxOperand> make_top_k(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::size_t const axis = call.view_axis(call.integer("axis", -1), view);
  if (call.opset() >= 10 && call.integers(1).size() != 1) call.refuse("its number of elements is no single number");
  std::int64_t const count = call.opset() >= 10 ? call.integers(1)[0] : call.integer("k", 0);
  bool const largest = call.integer("largest", 1) != 0;
  if (call.graph().extent(view, axis) < count) call.refuse(fmt::format("it takes {} elements of fewer", count));
  if (call.integer("sorted", 1) != 1) call.refuse("unsorted elements are in no certain order");
  if (call.graph().extent(view, axis) == 1 && count == 1) return {view};
  OnnxView made = with_whole_axis(call, view, axis);
  made.node = call.add(network::TopK{made.axes[axis][0].axis, count, largest}, {made.node});
  return {call.graph().tidy(std::move(made))};
}

OnnxView hardmax(OnnxCall const& call, OnnxView const& view, std::size_t axis) {
  OnnxView made = call.graph().as_matrix(view, axis);
  made.node = call.add(network::Hardmax{network::Axis::channels}, {made.node});
  return made;
}

template <bool Largest>
std::vector<OnnxOperand> make_places(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::size_t const axis = call.view_axis(call.integer("axis", 0), view);
  if (call.integer("select_last_index", 0) != 0) call.refuse("the last of equal elements is not supported");
  if (view.batch != BatchPlace{}) call.refuse("its first axis is not the batch alone, which is not supported");
  OnnxView const given = Largest ? view : call.scaled(view, -1, 0, "negative");
  return {OnnxPlaces{hardmax(call, given, axis), axis, call.integer("keepdims", 1) != 0}};
}

// The rows that the places were made from, their axis the last.
std::vector<OnnxOperand> make_one_hot(OnnxCall const& call) {
  auto const* places = std::get_if<OnnxPlaces>(&call.operand(0));
  if (places == nullptr) call.refuse("only places of largest elements are supported");
  OnnxTensor const &depth = call.constant(1), &values = call.constant(2);
  std::int64_t const extent = call.graph().extent(places->chosen, places->axis);
  bool const fits =
      depth.size() == 1 && !depth.is_float && depth.integers[0] == extent && call.integer("axis", -1) == -1;
  bool const plain = values.size() == 2 && (values.is_float ? values.floats == std::vector<float>{0.0F, 1.0F}
                                                            : values.integers == std::vector<std::int64_t>{0, 1});
  if (!fits || !plain) call.refuse("only ones among zeros along a last axis as long as the places' are supported");
  OnnxView made = places->chosen;
  OnnxAxis const last = made.axes[places->axis];
  made.axes[places->axis] = {};
  if (!places->keeps) made.axes.erase(made.axes.begin() + static_cast<std::ptrdiff_t>(places->axis));
  made.axes.push_back(last);
  return {made};
}

std::vector<OnnxOperand> make_hardmax(OnnxCall const& call) {
  if (call.opset() < 13) call.refuse("only supported from operator set 13 on");
  OnnxView const& view = call.any_view(0);
  return {hardmax(call, view, call.view_axis(call.integer("axis", -1), view))};
}

}  // namespace

OnnxView looked_up(OnnxCall const& call, OnnxPlaces const& places, OnnxTensor const& table) {
  OnnxGraph& graph = call.graph();
  std::int64_t const extent = graph.extent(places.chosen, places.axis);
  bool const fits = table.is_float && (table.dims.size() == 1 || table.dims.size() == 2) && table.dims[0] >= extent;
  if (!fits) call.refuse("only a table of one or two axes, as many rows as there are places, can be indexed so");
  std::int64_t const width = table.dims.size() == 2 ? table.dims[1] : 1;
  network::Dense layer{width, {table.floats.begin(), table.floats.begin() + extent * width}, {}};
  OnnxView made = places.chosen;
  made.node = call.add(std::move(layer), {made.node});
  made.axes[places.axis] = {};
  if (table.dims.size() == 2) made.axes.push_back({network::Axis::channels});
  if (!places.keeps) made.axes.erase(made.axes.begin() + static_cast<std::ptrdiff_t>(places.axis));
  return graph.tidy(std::move(made));
}

void add_order_operators(OnnxMakers& makers) {
  makers["TopK"] = make_top_k;
  makers["ArgMax"] = make_places<true>;
  makers["ArgMin"] = make_places<false>;
  makers["OneHot"] = make_one_hot;
  makers["Hardmax"] = make_hardmax;
}

}  // namespace shoal::readers
