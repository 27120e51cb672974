// SPDX-License-Identifier: MIT
// ONNX's Add, Sub, Mul, Div and Expand with its broadcasting: two values, or a value and a constant.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// For each axis of a view the axis of the result, when both views hold the same of our axes at the same places, and one
// element fits every axis.
std::optional<std::vector<OnnxAxis>> common_axes(OnnxGraph const& graph, OnnxView const& left, OnnxView const& right) {
  std::vector<OnnxAxis> axes;
  std::int64_t positions = 1, channels = 1;
  for (std::size_t i = 0; i < left.axes.size(); ++i) {
    OnnxAxis const &a = left.axes[i], &b = right.axes[i];
    if (!a.empty() && !b.empty() && a != b) return std::nullopt;
    axes.push_back(a.empty() ? b : a);
    int const node = a.empty() ? right.node : left.node;
    for (AxisPart const& each : axes.back()) {
      (each.axis == network::Axis::positions ? positions : channels) *= graph.extent(node, each);
    }
  }
  // Each of our axes either has the result's length or one element.
  for (int const node : {left.node, right.node}) {
    network::Shape const shape = graph.node(node).shape;
    bool const fits =
        (shape.positions == positions || shape.positions == 1) && (shape.channels == channels || shape.channels == 1);
    if (!fits) return std::nullopt;
  }
  return axes;
}

// Both views with the axes that only one of them has as channels, and all others as positions.
void align(OnnxCall const& call, OnnxView& left, OnnxView& right) {
  std::vector<std::size_t> common, of_left, of_right;
  for (std::size_t i = 0; i < left.axes.size(); ++i) {
    bool const in_left = !left.axes[i].empty(), in_right = !right.axes[i].empty();
    (in_left == in_right ? common : (in_left ? of_left : of_right)).push_back(i);
  }
  if (!of_left.empty() && !of_right.empty()) {
    // A column and a row.
    bool const is_more =
        std::any_of(common.begin(), common.end(), [&](std::size_t axis) { return !left.axes[axis].empty(); });
    if (is_more) call.refuse("each of its operands is repeated along another axis, which is not supported");
    common.insert(common.end(), of_left.begin(), of_left.end());
    of_left.clear();
  }
  std::vector<std::size_t>& alone = of_left.empty() ? of_right : of_left;
  if (alone.empty() && !common.empty()) {
    alone.push_back(common.back());
    common.pop_back();
  }
  left = call.graph().arranged(left, common, alone);
  right = call.graph().arranged(right, common, alone);
}

// A constant spread over a view's axes, as a value of its own: [positions, channels], each one or the result's length.
struct Spread {
  network::Constant constant;
  std::vector<OnnxAxis> axes;  // axes of the result
};

// Adds to `offsets`, one for each element of an axis of ours, `distance` times the element's index in a part of it.
void add_offsets(std::vector<std::int64_t>& offsets, AxisPart const& part, std::int64_t extent, std::int64_t distance) {
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    offsets[i] += static_cast<std::int64_t>(i) / part.step % extent * distance;
  }
}

// A constant's extents along the view's axes. Along the batch, and what is merged with it, it must have one element.
std::vector<std::int64_t> behind_batch(OnnxCall const& call, std::vector<std::int64_t> dims, OnnxView const& view) {
  std::size_t const merged = view.batch.before + view.batch.behind, rank = view.axes.size() + 1 - merged;
  while (dims.size() > rank && dims.front() == 1) dims.erase(dims.begin());
  dims.insert(dims.begin(), rank - std::min(rank, dims.size()), 1);
  std::size_t const batch = view.batch.axis - view.batch.before;
  if (dims.size() != rank || dims[batch] != 1) {
    call.refuse("its constant has more axes than its input, or one per sequence");
  }
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(batch));
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(batch), merged, 1);
  return dims;
}

Spread spread(OnnxCall const& call, std::vector<std::int64_t> dims, std::vector<float> const& values,
              OnnxView const& view) {
  OnnxGraph const& graph = call.graph();
  dims = behind_batch(call, std::move(dims), view);
  network::Shape const shape = graph.node(view.node).shape;
  Spread made{{{1, 1}, {}}, view.axes};
  std::int64_t positions = shape.positions, channels = shape.channels;
  std::vector<std::int64_t> of_positions(static_cast<std::size_t>(positions), 0),
      of_channels(static_cast<std::size_t>(channels), 0);
  bool varies[2] = {false, false};
  for (std::int64_t stride = 1, i = static_cast<std::int64_t>(view.axes.size()) - 1; i >= 0; --i) {
    auto const index = static_cast<std::size_t>(i);
    std::int64_t const extent = dims[index];
    OnnxAxis& axis = made.axes[index];
    std::int64_t step = stride;
    stride *= extent;
    if (extent == 1) continue;
    if (axis.empty()) {
      // The constant lengthens an axis of one element: whichever of our axes is free.
      bool const is_channels = channels == 1;
      if (!is_channels && positions != 1) call.refuse("its constant adds a third long axis, which is not supported");
      (is_channels ? channels : positions) = extent;
      (is_channels ? of_channels : of_positions).assign(static_cast<std::size_t>(extent), 0);
      axis = {is_channels ? network::Axis::channels : network::Axis::positions};
      add_offsets(is_channels ? of_channels : of_positions, axis[0], extent, step);
      varies[is_channels ? 1 : 0] = true;
      continue;
    }
    if (graph.extent(view, index) != extent) {
      call.refuse(
          fmt::format("its constant has {} elements where its input has {}", extent, graph.extent(view, index)));
    }
    for (std::size_t k = axis.size(); k-- > 0;) {
      bool const is_channels = axis[k].axis == network::Axis::channels;
      std::int64_t const elements = graph.extent(view.node, axis[k]);
      add_offsets(is_channels ? of_channels : of_positions, axis[k], elements, step);
      varies[is_channels ? 1 : 0] = true;
      step *= elements;
    }
  }
  if (!varies[0]) of_positions.resize(1);
  if (!varies[1]) of_channels.resize(1);
  made.constant.shape = {static_cast<std::int64_t>(of_positions.size()), static_cast<std::int64_t>(of_channels.size())};
  for (std::int64_t const p : of_positions) {
    for (std::int64_t const c : of_channels) made.constant.values.push_back(values[static_cast<std::size_t>(p + c)]);
  }
  return made;
}

// Computes view * c or view + c. One number per channel becomes a scale and shift, anything else a constant value.
OnnxView with_constant(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& dims,
                       std::vector<float> const& values, bool multiply) {
  if (values.size() == 1 && dims.size() <= view.axes.size() + 1) {
    double const value = static_cast<double>(values[0]);
    return call.scaled(view, multiply ? value : 1.0, multiply ? 0.0 : value, "");
  }
  Spread made = spread(call, dims, values, view);
  network::Shape const shape = call.graph().node(view.node).shape;
  if (made.constant.shape.positions == 1 && made.constant.shape.channels == shape.channels) {
    auto const count = made.constant.values.size();
    network::BatchNorm layer{std::vector<float>(count, 1.0F), std::vector<float>(count, 0.0F)};
    (multiply ? layer.scale : layer.shift) = std::move(made.constant.values);
    return call.add_same(std::move(layer), view);
  }
  int const constant = call.add(std::move(made.constant), {}, "constant");
  network::Layer const layer = multiply ? network::Layer(network::Multiply{}) : network::Layer(network::Add{});
  return {call.add(layer, {view.node, constant}), made.axes, view.batch};
}

struct Operands {
  OnnxView view;
  std::vector<std::int64_t> dims;
  std::vector<float> values;
  bool constant_first = false;
};

// A value and a constant, in either order.
Operands value_and_constant(OnnxCall const& call) {
  bool const first = call.is_constant(0);
  return {call.any_view(first ? 1 : 0), call.constant(first ? 0 : 1).dims, call.floats(first ? 0 : 1), first};
}

bool two_views(OnnxCall const& call) {
  if (call.operand_count() != 2) call.refuse("it should have two operands");
  return !call.is_constant(0) && !call.is_constant(1);
}

std::vector<OnnxOperand> make_add(OnnxCall const& call) {
  if (two_views(call)) return {joined_views(call, network::Add{}, call.any_view(0), call.any_view(1))};
  bool const first = call.is_constant(0);
  OnnxTensor const& added = call.constant(first ? 0 : 1);
  std::vector<float> terms = added.floats;
  if (!added.is_float) call.refuse("whole numbers cannot be added to a value");
  for (float& term : terms) term = finite_addend(call, term);
  return {with_constant(call, call.any_view(first ? 1 : 0), added.dims, terms, false)};
}

std::vector<OnnxOperand> make_subtract(OnnxCall const& call) {
  if (two_views(call)) {
    return {joined_views(call, network::Add{}, call.any_view(0), call.scaled(call.any_view(1), -1, 0, "negative"))};
  }
  Operands given = value_and_constant(call);
  if (given.constant_first) {
    given.view = call.scaled(given.view, -1, 0, "negative");
  } else {
    for (float& value : given.values) value = -value;
  }
  return {with_constant(call, given.view, given.dims, given.values, false)};
}

std::vector<OnnxOperand> make_multiply(OnnxCall const& call) {
  if (two_views(call)) {
    if (auto gated = match_gated_activation(call, call.any_view(0), call.any_view(1))) return {*gated};
    return {joined_views(call, network::Multiply{}, call.any_view(0), call.any_view(1))};
  }
  Operands const given = value_and_constant(call);
  return {with_constant(call, given.view, given.dims, given.values, true)};
}

std::vector<OnnxOperand> make_divide(OnnxCall const& call) {
  auto const inverse = [&](OnnxView const& view) {
    return call.add_same(network::Activate{network::Activation::reciprocal, 1.0F}, view, "reciprocal");
  };
  if (two_views(call)) return {joined_views(call, network::Multiply{}, call.any_view(0), inverse(call.any_view(1)))};
  Operands given = value_and_constant(call);
  if (given.constant_first) {
    given.view = inverse(given.view);
  } else {
    for (float& value : given.values) value = static_cast<float>(1.0 / static_cast<double>(value));
    bool const sound = std::all_of(given.values.begin(), given.values.end(), [](float v) { return std::isfinite(v); });
    if (!sound) call.refuse("it divides by zero");
  }
  return {with_constant(call, given.view, given.dims, given.values, true)};
}

std::vector<OnnxOperand> make_sum(OnnxCall const& call) {
  OnnxView sum = call.any_view(0);
  for (std::size_t i = 1; i < call.operand_count(); ++i)
    sum = joined_views(call, network::Add{}, sum, call.any_view(i));
  return {sum};
}

std::vector<OnnxOperand> make_expand(OnnxCall const& call) {
  std::vector<std::int64_t> dims = call.integers(1);
  OnnxView view = call.view(0);
  std::size_t const rank = view.axes.size() + 1;
  if (dims.size() > rank) call.refuse("it adds axes, which is not supported");
  dims.insert(dims.begin(), rank - dims.size(), 1);
  std::int64_t count = 1;
  dims[0] = 1;
  for (std::size_t i = 1; i < rank; ++i) {
    if (dims[i] < 1 || dims[i] > (std::int64_t{1} << 24)) call.refuse("its shape is impossible");
    if (dims[i] == call.graph().extent(view, i - 1)) dims[i] = 1;
    count *= dims[i];
    if (count > (std::int64_t{1} << 28)) call.refuse("its shape is too large");
  }
  if (count == 1) return {view};
  // Alone in the positions, which the constant lengthens.
  network::Shape const shape = call.graph().node(view.node).shape;
  auto const grown = std::find_if(dims.begin(), dims.end(), [](std::int64_t extent) { return extent > 1; });
  if (shape.positions > 1 && shape.channels > 1) {
    view = call.graph().as_rows(view, static_cast<std::size_t>(grown - dims.begin()) - 1);
  }
  return {with_constant(call, view, dims, std::vector<float>(static_cast<std::size_t>(count), 1.0F), true)};
}

}  // namespace

OnnxView joined_views(OnnxCall const& call, network::Layer layer, OnnxView left, OnnxView right) {
  if (left.axes.size() != right.axes.size()) call.refuse("its operands have different numbers of axes");
  if (left.batch != right.batch) call.refuse("its operands' batches are different axes");
  OnnxGraph& graph = call.graph();
  std::optional<std::vector<OnnxAxis>> axes = common_axes(graph, left, right);
  if (!axes) {
    align(call, left, right);
    axes = common_axes(graph, left, right);
  }
  if (!axes) call.refuse("its operands' axes do not fit together");
  return {call.add(std::move(layer), {left.node, right.node}), *axes, left.batch};
}

float finite_addend(OnnxCall const& call, float number) {
  if (std::isfinite(number)) return number;
  if (std::isnan(number) || number > 0) call.refuse("a constant that it adds is not finite");
  return std::numeric_limits<float>::lowest();
}

OnnxView multiplied_by_constant(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& dims,
                                std::vector<float> const& values) {
  return with_constant(call, view, dims, values, true);
}

OnnxView plus_constant(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& dims,
                       std::vector<float> const& values) {
  return with_constant(call, view, dims, values, false);
}

void add_arithmetic_operators(OnnxMakers& makers) {
  makers["Add"] = make_add;
  makers["Sub"] = make_subtract;
  makers["Mul"] = make_multiply;
  makers["Div"] = make_divide;
  makers["Sum"] = make_sum;
  makers["Expand"] = make_expand;
}

}  // namespace shoal::readers
