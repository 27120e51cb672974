// SPDX-License-Identifier: MIT
// ONNX's Max, Min and Clip: of values, and of a value and numbers.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "readers/onnx/graph/call.hpp"
#include "readers/tensors/larger_value.hpp"

namespace shoal::readers {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// Above this bound, x + bound would lose digits of x.
constexpr double largest_added = 16;

// A view repeated along its axes of one element, to these extents.
OnnxView spread_to(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& extents) {
  std::vector<std::int64_t> dims = {1};
  std::int64_t count = 1;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    std::int64_t const own = call.graph().extent(view, i);
    if (own != extents[i] && own != 1) call.refuse("its operands' axes differ in length");
    dims.push_back(own == extents[i] ? 1 : extents[i]);
    count *= dims.back();
    if (count > (std::int64_t{1} << 28)) call.refuse("its shape is too large");
  }
  if (count == 1) return view;
  return multiplied_by_constant(call, view, dims, std::vector<float>(static_cast<std::size_t>(count), 1.0F));
}

// The larger of two values, element by element (readers/tensors/larger_value.hpp).
OnnxView larger_of(OnnxCall const& call, OnnxView left, OnnxView right, std::string const& part) {
  OnnxGraph& graph = call.graph();
  if (left.axes.size() != right.axes.size()) call.refuse("its operands have different numbers of axes");
  if (left.batch != right.batch) call.refuse("its operands' batches are different axes");
  std::vector<std::int64_t> extents;
  for (std::size_t i = 0; i < left.axes.size(); ++i) {
    extents.push_back(std::max(graph.extent(left, i), graph.extent(right, i)));
  }
  left = spread_to(call, left, extents);
  right = spread_to(call, right, extents);
  std::vector<std::size_t> positions, channels;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    bool const is_channels = left.axes[i] == OnnxAxis{network::Axis::channels};
    (is_channels ? channels : positions).push_back(i);
  }
  left = graph.arranged(left, positions, channels);
  right = graph.arranged(right, positions, channels);
  auto const add = [&](network::Layer made, std::vector<int> from, std::string const& name) {
    return call.add(std::move(made), std::move(from), name);
  };
  int const node = add_larger(graph, add, left.node, right.node, part, part + "larger");
  return {node, left.axes, left.batch};
}

// min(max(x, low), high) with small bounds: made of ReLUs.
OnnxView clipped_by_addition(OnnxCall const& call, OnnxView const& view, double low, double high) {
  auto const relu = [&](OnnxView const& of) {
    return call.add_same(network::Activate{network::Activation::relu, 1.0F}, of, "relu");
  };
  bool const below = std::isfinite(low), above = std::isfinite(high);
  if (!above) return call.scaled(relu(call.scaled(view, 1, -low, "low")), 1, low, "");
  if (!below) return call.scaled(relu(call.scaled(view, -1, high, "high")), -1, high, "");
  OnnxView const raised = call.scaled(view, 1, -low, "low");
  network::Activate const cap{network::Activation::capped_relu, static_cast<float>(high - low)};
  return call.scaled(call.add_same(cap, raised, "capped"), 1, low, "");
}

// A number as a view with the axes of another.
OnnxView number_like(OnnxCall const& call, OnnxView const& view, double number, std::string const& part) {
  int const node = call.add(network::Constant{{1, 1}, {static_cast<float>(number)}}, {}, part);
  return {node, std::vector<OnnxAxis>(view.axes.size()), view.batch};
}

OnnxView clipped(OnnxCall const& call, OnnxView view, double low, double high) {
  if (low > high) call.refuse("its bounds are in the wrong order");
  bool const below = std::isfinite(low), above = std::isfinite(high);
  if (!below && !above) return view;
  bool const is_small = (!below || std::abs(low) <= largest_added) && (!above || std::abs(high) <= largest_added);
  // A cap on a ReLU is exact, however high.
  if (is_small || low == 0.0) return clipped_by_addition(call, view, low, high);
  if (below) view = larger_of(call, view, number_like(call, view, low, "low"), "low/");
  if (!above) return view;
  OnnxView const negative = call.scaled(view, -1, 0, "negative");
  return call.scaled(larger_of(call, negative, number_like(call, negative, -high, "high"), "high/"), -1, 0, "");
}

// The number that a constant operand holds; nothing for a value or a constant of several numbers.
std::optional<double> single_number(OnnxCall const& call, std::size_t index) {
  if (!call.is_constant(index) || call.constant(index).size() != 1) return std::nullopt;
  OnnxTensor const& tensor = call.constant(index);
  double const value = tensor.is_float ? double(tensor.floats[0]) : double(tensor.integers[0]);
  if (std::isnan(value)) call.refuse("a constant of it is not a number");
  return value;
}

double bound(OnnxCall const& call, std::size_t index, std::string_view attribute, double fallback) {
  double value = fallback;
  if (call.has(index)) {
    std::optional<double> const number = single_number(call, index);
    if (!number) call.refuse("its bounds are not single numbers");
    value = *number;
  } else if (call.has_attribute(attribute)) {
    value = static_cast<double>(call.real(attribute, 0));
  }
  // Exporters write the largest float when there is no bound.
  double const unbounded = static_cast<double>(std::numeric_limits<float>::max());
  return std::abs(value) >= unbounded ? std::copysign(infinity, value) : value;
}

std::vector<OnnxOperand> make_clip(OnnxCall const& call) {
  return {clipped(call, call.any_view(0), bound(call, 1, "min", -infinity), bound(call, 2, "max", infinity))};
}

// A constant operand as a view of as many axes as another.
OnnxView constant_like(OnnxCall const& call, std::size_t index, OnnxView const& view) {
  std::vector<std::int64_t> dims = call.constant(index).dims;
  std::size_t const rank = view.axes.size() + 1;
  if (view.batch != BatchPlace{}) call.refuse("its first axis is not the batch alone, which is not supported");
  dims.insert(dims.begin(), rank - std::min(rank, dims.size()), 1);
  if (dims.size() != rank || dims[0] != 1)
    call.refuse("its constant has more axes than its input, or one per sequence");
  return call.graph().add_constant("constant", {dims.begin() + 1, dims.end()}, call.floats(index), call.operation());
}

template <bool Larger>
std::vector<OnnxOperand> make_extreme(OnnxCall const& call) {
  std::size_t first = 0;
  while (first < call.operand_count() && call.is_constant(first)) ++first;
  OnnxView so_far = call.any_view(first);
  for (std::size_t i = 0; i < call.operand_count(); ++i) {
    if (i == first) continue;
    if (auto const number = single_number(call, i)) {
      so_far = clipped(call, so_far, Larger ? *number : -infinity, Larger ? infinity : *number);
      continue;
    }
    std::string const part = call.operand_count() > 2 ? fmt::format("{}/", i) : "";
    OnnxView const next = call.is_constant(i) ? constant_like(call, i, so_far) : call.any_view(i);
    if (Larger) {
      so_far = larger_of(call, so_far, next, part);
    } else {
      OnnxView const a = call.scaled(so_far, -1, 0, part + "negative"), b = call.scaled(next, -1, 0, part + "other");
      so_far = call.scaled(larger_of(call, a, b, part), -1, 0, part + "smaller");
    }
  }
  return {so_far};
}

}  // namespace

void add_extreme_operators(OnnxMakers& makers) {
  makers["Clip"] = make_clip;
  makers["Max"] = make_extreme<true>;
  makers["Min"] = make_extreme<false>;
}

}  // namespace shoal::readers
