// SPDX-License-Identifier: MIT
// ONNX operators that take, add or join parts of a value along one axis.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

std::vector<OnnxOperand> make_slice(OnnxCall const& call) {
  bool const as_inputs = call.opset() >= 10;
  std::vector<std::int64_t> const starts = as_inputs ? call.integers(1) : call.integers("starts");
  std::vector<std::int64_t> const ends = as_inputs ? call.integers(2) : call.integers("ends");
  std::vector<std::int64_t> axes, steps(starts.size(), 1);
  if (!as_inputs) axes = call.integers("axes");
  if (as_inputs && call.has(3)) axes = call.integers(3);
  if (as_inputs && call.has(4)) steps = call.integers(4);
  for (std::size_t i = axes.size(); axes.size() < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
    call.refuse("its starts, ends, axes and steps differ in number");
  }
  OnnxView view = call.any_view(0);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    bool const everything = starts[i] == 0 && steps[i] == 1 && ends[i] > (std::int64_t{1} << 30);
    if (everything) continue;
    std::size_t const axis = call.view_axis(axes[i], view);
    network::Slice const slice = clamped_slice(call, starts[i], ends[i], steps[i], call.graph().extent(view, axis));
    if (slice.count == 0) call.refuse("it takes nothing of an axis");
    view = sliced(call, view, axis, slice, starts.size() > 1 ? fmt::format("{}", i) : "");
  }
  return {view};
}

std::vector<OnnxOperand> make_split(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  std::size_t const axis = call.view_axis(call.integer("axis", 0), view);
  std::int64_t const extent = call.graph().extent(view, axis);
  std::vector<std::int64_t> sizes = call.has(1) ? call.integers(1) : call.integers("split");
  auto const parts = static_cast<std::int64_t>(call.output_count());
  if (parts < 1) call.refuse("it has no outputs");
  if (sizes.empty()) {
    std::int64_t const share = (extent + parts - 1) / parts;
    for (std::int64_t i = 0; i < parts; ++i) sizes.push_back(std::min(share, extent - i * share));
  }
  std::vector<OnnxOperand> made;
  std::int64_t start = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 1 || sizes[i] > extent - start) call.refuse("its parts do not fit its input");
    network::Slice const slice{.start = start, .count = sizes[i], .step = 1};
    made.push_back(sliced(call, view, axis, slice, fmt::format("{}", i)));
    start += sizes[i];
  }
  return made;
}

// For views whose axes lie as the first one's do and whose joined axis is whole: their nodes are joined as they are.
std::optional<network::Axis> shared_axis(std::vector<OnnxView> const& views, std::size_t axis) {
  std::optional<network::Axis> along;
  std::vector<OnnxAxis> others(views.front().axes.size());
  for (OnnxView const& view : views) {
    for (std::size_t i = 0; i < view.axes.size(); ++i) {
      OnnxAxis const& parts = view.axes[i];
      if (parts.empty()) continue;
      if (parts.size() > 1 || !parts.front().is_whole()) return std::nullopt;
      if (i == axis) {
        if (along && *along != parts.front().axis) return std::nullopt;
        along = parts.front().axis;
      } else {
        if (!others[i].empty() && others[i] != parts) return std::nullopt;
        others[i] = parts;
      }
    }
  }
  std::size_t long_axes = 0;
  network::Axis other = network::Axis::channels;
  for (OnnxAxis const& parts : others) {
    if (parts.empty()) continue;
    ++long_axes;
    other = parts.front().axis;
  }
  if (long_axes > 1) return std::nullopt;
  network::Axis const opposite = other == network::Axis::channels ? network::Axis::positions : network::Axis::channels;
  if (long_axes == 1) return along && *along == other ? std::nullopt : std::optional(opposite);
  return along ? along : std::optional(network::Axis::channels);
}

std::vector<OnnxOperand> make_concatenation(OnnxCall const& call) {
  std::vector<OnnxView> views;
  for (std::size_t i = 0; i < call.operand_count(); ++i) {
    views.push_back(call.is_constant(i) ? call.value(i) : call.any_view(i));
    if (views[i].batch != views[0].batch) call.refuse("its operands' batches are different axes");
  }
  if (views.empty()) call.refuse("it joins nothing");
  if (views.size() == 1) return {views.front()};
  std::size_t const rank = views.front().axes.size();
  std::size_t const axis = call.view_axis(call.integer("axis", 1), views.front());
  for (OnnxView const& view : views) {
    if (view.axes.size() != rank) call.refuse("its operands have different numbers of axes");
  }
  std::optional<network::Axis> along = shared_axis(views, axis);
  if (!along) {
    // After the others if it is the last axis, else before them.
    bool const is_last = axis + 1 == rank;
    for (OnnxView& view : views) view = is_last ? call.graph().as_matrix(view, axis) : call.graph().as_rows(view, axis);
    along = is_last ? network::Axis::channels : network::Axis::positions;
  }
  std::vector<int> nodes;
  OnnxView joined{-1, std::vector<OnnxAxis>(rank), views.front().batch};
  for (OnnxView const& view : views) {
    nodes.push_back(view.node);
    for (std::size_t i = 0; i < rank; ++i) {
      if (i != axis && !view.axes[i].empty()) joined.axes[i] = view.axes[i];
    }
  }
  joined.axes[axis] = {*along};
  joined.node = call.add(network::Concatenate{*along}, std::move(nodes));
  return {call.graph().tidy(std::move(joined))};
}

}  // namespace

network::Slice clamped_slice(OnnxCall const& call, std::int64_t start, std::int64_t end, std::int64_t step,
                             std::int64_t extent) {
  if (extent == 0) return {.start = 0, .count = 0, .step = 1};
  if (step == 0 || step < -extent || step > (std::int64_t{1} << 31)) call.refuse("its step is impossible");
  auto const place = [&](std::int64_t index, std::int64_t low, std::int64_t high) {
    if (index < 0) index = index < -extent ? low : index + extent;
    return std::clamp(index, low, high);
  };
  network::Slice slice;
  slice.step = step;
  if (step > 0) {
    slice.start = place(start, 0, extent);
    slice.count = (place(end, 0, extent) - slice.start + step - 1) / step;
  } else {
    slice.start = place(start, 0, extent - 1);
    std::int64_t const last = end < -extent ? -1 : place(end, -1, extent - 1);
    slice.count = (slice.start - last - step - 1) / -step;
  }
  slice.count = std::max<std::int64_t>(slice.count, 0);
  // A step over the end of a single element.
  if (slice.count == 1) slice.step = 1;
  return slice;
}

OnnxView sliced(OnnxCall const& call, OnnxView const& given, std::size_t axis, network::Slice slice,
                std::string_view part) {
  OnnxGraph& graph = call.graph();
  if (slice.start == 0 && slice.step == 1 && slice.count == graph.extent(given, axis)) return given;
  if (given.axes[axis].empty()) {
    if (slice.count == 1) return given;
    call.refuse("it takes nothing of an axis");
  }
  bool const is_whole = given.axes[axis].size() == 1 && given.axes[axis][0].is_whole();
  bool const is_last = axis + 1 == given.axes.size();
  OnnxView const view = is_whole ? given : (is_last ? graph.as_matrix(given, axis) : graph.as_rows(given, axis));
  slice.axis = view.axes[axis][0].axis;
  OnnxView made = call.add_same(slice, view, part);
  made.batch = given.batch;
  return graph.tidy(std::move(made));
}

void add_selection_operators(OnnxMakers& makers) {
  makers["Slice"] = make_slice;
  makers["Split"] = make_split;
  makers["Concat"] = make_concatenation;
}

}  // namespace shoal::readers
