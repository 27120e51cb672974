// SPDX-License-Identifier: MIT
// ONNX operators that take, add or join parts of a value along one axis.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/onnx_call.hpp"

namespace shoal::model {

namespace {

// Elements start, start + step, … of one view axis.
OnnxView sliced(OnnxCall const& call, OnnxView const& given, std::size_t axis, Slice slice, std::string_view part) {
  OnnxGraph& graph = call.graph();
  if (slice.start == 0 && slice.step == 1 && slice.count == graph.extent(given, axis)) return given;
  if (given.axes[axis].empty()) {
    if (slice.count == 1) return given;
    call.refuse("it takes nothing of an axis");
  }
  OnnxView const view = given.axes[axis].size() > 1 ? graph.as_row(given) : given;
  slice.axis = view.axes[axis][0];
  return graph.tidy(call.add_same(slice, view, part));
}

// ONNX's clamping of start and end; count 0 where nothing is left.
Slice clamped(OnnxCall const& call, std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t extent) {
  if (step == 0 || step < -extent || step > (std::int64_t{1} << 31)) call.refuse("its step is impossible");
  auto const place = [&](std::int64_t index, std::int64_t low, std::int64_t high) {
    if (index < 0) index = index < -extent ? low : index + extent;
    return std::clamp(index, low, high);
  };
  Slice slice;
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
  OnnxView view = call.view(0);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    bool const everything = starts[i] == 0 && steps[i] == 1 && ends[i] > (std::int64_t{1} << 30);
    if (everything) continue;
    std::size_t const axis = call.view_axis(axes[i], view);
    Slice const slice = clamped(call, starts[i], ends[i], steps[i], call.graph().extent(view, axis));
    if (slice.count == 0) call.refuse("it takes nothing of an axis");
    view = sliced(call, view, axis, slice, starts.size() > 1 ? fmt::format("{}", i) : "");
  }
  return {view};
}

std::vector<OnnxOperand> make_gather(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  OnnxTensor const& indices = call.constant(1);
  std::size_t const axis = call.view_axis(call.integer("axis", 0), view);
  std::int64_t const extent = call.graph().extent(view, axis);
  std::vector<std::int64_t> places = call.integers(1);
  if (places.empty() || indices.dims.size() > 1) call.refuse("its indices are no list");
  for (std::int64_t& place : places) {
    if (place < 0) place += extent;
    if (place < 0 || place >= extent) call.refuse("an index of it is outside its input");
  }
  Slice slice{.start = places[0], .count = static_cast<std::int64_t>(places.size()), .step = 1};
  if (places.size() > 1) slice.step = places[1] - places[0];
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (slice.step == 0 || places[i] - places[i - 1] != slice.step) {
      call.refuse("its indices are not evenly spaced, which is not supported");
    }
  }
  OnnxView made = sliced(call, view, axis, slice, "");
  if (indices.dims.empty()) made.axes.erase(made.axes.begin() + static_cast<std::ptrdiff_t>(axis));
  return {made};
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
    Slice const slice{.start = start, .count = sizes[i], .step = 1};
    made.push_back(sliced(call, view, axis, slice, fmt::format("{}", i)));
    start += sizes[i];
  }
  return made;
}

std::vector<OnnxOperand> make_pad(OnnxCall const& call) {
  OnnxView view = call.view(0);
  std::vector<std::int64_t> const pads = call.opset() >= 11 ? call.integers(1) : call.integers("pads");
  std::vector<std::int64_t> axes;
  if (call.has(3)) axes = call.integers(3);
  std::size_t const rank = view.axes.size() + 1, count = axes.empty() ? rank : axes.size();
  for (std::size_t i = axes.size(); i < count; ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (pads.size() != 2 * count) call.refuse("its numbers of elements do not fit its axes");
  float value = 0.0F;
  if (call.opset() < 11) {
    value = call.real("value", 0.0F);
  } else if (call.has(2) && call.constant(2).size() == 1) {
    value = call.floats(2)[0];
  }
  std::string const mode = call.text("mode", "constant");
  if (mode != "constant") call.refuse(fmt::format("mode {} is not supported", shoal::quoted(mode)));
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t const left = pads[i], right = pads[count + i];
    if (left == 0 && right == 0) continue;
    std::size_t const axis = call.view_axis(axes[i], view);
    if (left < 0 || right < 0) call.refuse("negative padding is not supported: export it as a slice");
    if (view.axes[axis] != OnnxAxis{Axis::positions}) {
      std::size_t const other = view.axes.size() == 1 ? 0 : (axis == 0 ? 1 : 0);
      if (view.axes.size() == 1) call.refuse("it pads the values of a flat vector, which is not supported");
      view = call.graph().as_matrix(view, other);
      view.axes[axis] = {Axis::positions};
    }
    view = call.add_same(Pad{left, right, value}, view, count > 1 ? fmt::format("{}", i) : "");
  }
  return {view};
}

// The axis of ours that the joined axis runs along: the one that any value already has there, else one that is free.
Axis joined_axis(OnnxCall const& call, std::vector<OnnxView> const& views, std::size_t axis) {
  bool used_channels = false;
  for (OnnxView const& view : views) {
    if (view.axes[axis].size() == 1) return view.axes[axis][0];
  }
  for (OnnxAxis const& each : views.front().axes) {
    for (Axis const one : each) {
      if (one == Axis::channels) used_channels = true;
    }
  }
  if (!used_channels) return Axis::channels;
  for (OnnxAxis const& each : views.front().axes) {
    for (Axis const one : each) {
      if (one == Axis::positions) call.refuse("it makes a third long axis, which is not supported");
    }
  }
  return Axis::positions;
}

std::vector<OnnxOperand> make_concatenation(OnnxCall const& call) {
  std::vector<OnnxView> views;
  for (std::size_t i = 0; i < call.operand_count(); ++i) views.push_back(call.view(i));
  if (views.empty()) call.refuse("it joins nothing");
  std::size_t const rank = views.front().axes.size();
  std::size_t const axis = call.view_axis(call.integer("axis", 1), views.front());
  bool merged = false;
  for (OnnxView const& view : views) {
    if (view.axes.size() != rank) call.refuse("its operands have different numbers of axes");
    for (OnnxAxis const& each : view.axes) merged = merged || each.size() > 1;
  }
  if (merged) {
    for (OnnxView& view : views) view = call.graph().as_row(view);
  }
  Axis const along = joined_axis(call, views, axis);
  Axis const across = along == Axis::channels ? Axis::positions : Axis::channels;
  std::vector<OnnxAxis> axes(rank);
  std::vector<int> nodes;
  for (OnnxView& view : views) {
    auto const fits = [&](OnnxView const& each) {
      for (std::size_t i = 0; i < rank; ++i) {
        OnnxAxis const& found = each.axes[i];
        if (!found.empty() && found != OnnxAxis{i == axis ? along : across}) return false;
      }
      return true;
    };
    if (!fits(view)) view = call.graph().swapped(view);
    if (!fits(view)) call.refuse("its operands' axes do not fit together");
    for (std::size_t i = 0; i < rank; ++i) {
      if (i != axis && !view.axes[i].empty()) axes[i] = view.axes[i];
    }
    nodes.push_back(view.node);
  }
  axes[axis] = {along};
  if (nodes.size() == 1) return {views.front()};
  return {call.graph().tidy({call.add(Concatenate{along}, std::move(nodes)), axes})};
}

}  // namespace

void add_selection_operators(OnnxMakers& makers) {
  makers["Slice"] = make_slice;
  makers["Gather"] = make_gather;
  makers["Split"] = make_split;
  makers["Pad"] = make_pad;
  makers["Concat"] = make_concatenation;
}

}  // namespace shoal::model
