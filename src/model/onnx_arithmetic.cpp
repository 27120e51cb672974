// SPDX-License-Identifier: MIT
// ONNX's Add, Sub, Mul, Div and Expand with its broadcasting: two values, or a value and a constant.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "model/onnx_call.hpp"

namespace shoal::model {

namespace {

// The axis of each view axis when both views hold the same of ours at the same places, one element fitting everything.
std::optional<std::vector<OnnxAxis>> common_axes(OnnxView const& left, OnnxView const& right) {
  std::vector<OnnxAxis> axes;
  int positions = 0, channels = 0;
  for (std::size_t i = 0; i < left.axes.size(); ++i) {
    OnnxAxis const &a = left.axes[i], &b = right.axes[i];
    if (!a.empty() && !b.empty() && a != b) return std::nullopt;
    axes.push_back(a.empty() ? b : a);
    for (Axis const each : axes.back()) ++(each == Axis::positions ? positions : channels);
  }
  return positions <= 1 && channels <= 1 ? std::optional(axes) : std::nullopt;
}

OnnxView join_views(OnnxCall const& call, Layer layer, OnnxView left, OnnxView right) {
  if (left.axes.size() != right.axes.size()) call.refuse("its operands have different numbers of axes");
  OnnxGraph& graph = call.graph();
  std::optional<std::vector<OnnxAxis>> axes = common_axes(left, right);
  if (!axes) {
    bool const merged = std::any_of(left.axes.begin(), left.axes.end(), [](auto const& a) { return a.size() > 1; }) ||
                        std::any_of(right.axes.begin(), right.axes.end(), [](auto const& a) { return a.size() > 1; });
    if (merged) {
      left = graph.as_row(left);
      right = graph.as_row(right);
    } else {
      right = graph.swapped(right);
    }
    axes = common_axes(left, right);
  }
  if (!axes) call.refuse("its operands' axes do not fit together");
  return {call.add(std::move(layer), {left.node, right.node}), *axes};
}

// A constant spread over a view's axes, as a value of its own: [positions, channels], each one or the result's length.
struct Spread {
  Constant constant;
  std::vector<OnnxAxis> axes;  // of the result
};

Spread spread(OnnxCall const& call, std::vector<std::int64_t> dims, std::vector<float> const& values,
              OnnxView const& view) {
  std::size_t const rank = view.axes.size() + 1;
  while (dims.size() > rank && dims.front() == 1) dims.erase(dims.begin());
  dims.insert(dims.begin(), rank - std::min(rank, dims.size()), 1);
  if (dims.size() != rank || dims[0] != 1) call.refuse("its constant has more axes than its input, or one a sequence");
  Spread made{{{1, 1}, {}}, view.axes};
  bool used[2] = {false, false};
  for (OnnxAxis const& axis : view.axes) {
    for (Axis const each : axis) used[each == Axis::positions ? 0 : 1] = true;
  }
  std::vector<std::int64_t> stride(rank, 1);
  for (std::size_t i = rank - 1; i-- > 0;) stride[i] = stride[i + 1] * dims[i + 1];
  std::int64_t position_stride = 0, channel_stride = 0;
  for (std::size_t i = 0; i < view.axes.size(); ++i) {
    std::int64_t const extent = dims[i + 1];
    if (extent == 1) continue;
    OnnxAxis& axis = made.axes[i];
    if (axis.empty()) {
      // The constant lengthens an axis of one element: whichever of ours is free.
      std::size_t const free = !used[1] ? 1 : 0;
      if (used[free]) call.refuse("its constant adds a third long axis, which is not supported");
      used[free] = true;
      axis = {free == 1 ? Axis::channels : Axis::positions};
    } else if (call.graph().extent(view, i) != extent) {
      call.refuse(
          fmt::format("its constant has {} elements where its input has {}", extent, call.graph().extent(view, i)));
    }
    std::int64_t step = stride[i + 1];
    for (std::size_t k = axis.size(); k-- > 0;) {
      std::int64_t const length = axis.size() == 1 ? extent : call.graph().length(view.node, axis[k]);
      (axis[k] == Axis::positions ? made.constant.shape.positions : made.constant.shape.channels) = length;
      (axis[k] == Axis::positions ? position_stride : channel_stride) = step;
      step *= length;
    }
  }
  for (std::int64_t p = 0; p < made.constant.shape.positions; ++p) {
    for (std::int64_t c = 0; c < made.constant.shape.channels; ++c) {
      made.constant.values.push_back(values[static_cast<std::size_t>(p * position_stride + c * channel_stride)]);
    }
  }
  return made;
}

// view * c or view + c. One number a channel becomes a scale and shift, anything else a constant value.
OnnxView with_constant(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& dims,
                       std::vector<float> const& values, bool multiply) {
  if (values.size() == 1 && dims.size() <= view.axes.size() + 1) {
    double const value = static_cast<double>(values[0]);
    return call.scaled(view, multiply ? value : 1.0, multiply ? 0.0 : value, "");
  }
  Spread made = spread(call, dims, values, view);
  Shape const shape = call.graph().node(view.node).shape;
  if (made.constant.shape.positions == 1 && made.constant.shape.channels == shape.channels) {
    auto const count = made.constant.values.size();
    BatchNorm layer{std::vector<float>(count, 1.0F), std::vector<float>(count, 0.0F)};
    (multiply ? layer.scale : layer.shift) = std::move(made.constant.values);
    return call.add_same(std::move(layer), view);
  }
  int const constant = call.add(std::move(made.constant), {}, "constant");
  Layer const layer = multiply ? Layer(Multiply{}) : Layer(Add{});
  return {call.add(layer, {view.node, constant}), made.axes};
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
  return {call.view(first ? 1 : 0), call.constant(first ? 0 : 1).dims, call.floats(first ? 0 : 1), first};
}

bool two_views(OnnxCall const& call) {
  if (call.operand_count() != 2) call.refuse("it should have two operands");
  return !call.is_constant(0) && !call.is_constant(1);
}

std::vector<OnnxOperand> make_add(OnnxCall const& call) {
  if (two_views(call)) return {join_views(call, Add{}, call.view(0), call.view(1))};
  Operands const given = value_and_constant(call);
  return {with_constant(call, given.view, given.dims, given.values, false)};
}

std::vector<OnnxOperand> make_subtract(OnnxCall const& call) {
  if (two_views(call)) {
    return {join_views(call, Add{}, call.view(0), call.scaled(call.view(1), -1, 0, "negative"))};
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
    if (auto gated = match_gated_activation(call, call.view(0), call.view(1))) return {*gated};
    return {join_views(call, Multiply{}, call.view(0), call.view(1))};
  }
  Operands const given = value_and_constant(call);
  return {with_constant(call, given.view, given.dims, given.values, true)};
}

std::vector<OnnxOperand> make_divide(OnnxCall const& call) {
  auto const inverse = [&](OnnxView const& view) {
    return call.add_same(Activate{Activation::reciprocal, 1.0F}, view, "reciprocal");
  };
  if (two_views(call)) return {join_views(call, Multiply{}, call.view(0), inverse(call.view(1)))};
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
  OnnxView sum = call.view(0);
  for (std::size_t i = 1; i < call.operand_count(); ++i) sum = join_views(call, Add{}, sum, call.view(i));
  return {sum};
}

std::vector<OnnxOperand> make_expand(OnnxCall const& call) {
  std::vector<std::int64_t> dims = call.integers(1);
  OnnxView const& view = call.view(0);
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
  return {with_constant(call, view, dims, std::vector<float>(static_cast<std::size_t>(count), 1.0F), true)};
}

}  // namespace

void add_arithmetic_operators(OnnxMakers& makers) {
  makers["Add"] = make_add;
  makers["Sub"] = make_subtract;
  makers["Mul"] = make_multiply;
  makers["Div"] = make_divide;
  makers["Sum"] = make_sum;
  makers["Expand"] = make_expand;
}

}  // namespace shoal::model
