// SPDX-License-Identifier: MIT
// ONNX's Gather and GatherND with constant indices.
#include <fmt/core.h>

#include <algorithm>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

constexpr std::size_t most_slices = 64;
// Elements of the matrix that takes elements in any other order.
constexpr std::int64_t largest_matrix = std::int64_t{1} << 24;

// Runs of evenly spaced places.
std::vector<network::Slice> slices_of(std::vector<std::int64_t> const& places) {
  std::vector<network::Slice> slices;
  for (std::size_t i = 0; i < places.size();) {
    std::size_t end = i + 1;
    std::int64_t const step = end < places.size() ? places[end] - places[i] : 1;
    while (step != 0 && end < places.size() && places[end] - places[end - 1] == step) ++end;
    slices.push_back({.start = places[i], .count = static_cast<std::int64_t>(end - i), .step = end - i > 1 ? step : 1});
    i = end;
  }
  return slices;
}

// The slices, joined again.
OnnxView joined_slices(OnnxCall const& call, OnnxView const& view, std::size_t axis,
                       std::vector<network::Slice> slices) {
  std::vector<int> parts;
  bool const is_whole = view.axes[axis].size() == 1 && view.axes[axis][0].is_whole();
  OnnxView made = is_whole ? view : call.graph().as_rows(view, axis);
  network::Axis const along = made.axes[axis][0].axis;
  for (network::Slice& slice : slices) {
    slice.axis = along;
    parts.push_back(call.add(slice, {made.node}, fmt::format("{}", parts.size())));
  }
  made.node = call.add(network::Concatenate{along}, std::move(parts));
  made.axes[axis] = {along};
  return made;
}

// A product with ones and zeros: exact, because only one term of each sum is not zero.
OnnxView selected(OnnxCall const& call, OnnxView const& view, std::size_t axis,
                  std::vector<std::int64_t> const& places) {
  std::int64_t const extent = call.graph().extent(view, axis);
  auto const count = static_cast<std::int64_t>(places.size());
  if (extent > largest_matrix / count) call.refuse("so many indices without order are not supported");
  network::Dense layer{count, std::vector<float>(static_cast<std::size_t>(extent * count), 0.0F), {}};
  for (std::int64_t i = 0; i < count; ++i) {
    layer.kernel[static_cast<std::size_t>(places[static_cast<std::size_t>(i)] * count + i)] = 1.0F;
  }
  OnnxView made = call.graph().as_matrix(view, axis);
  made.node = call.add(std::move(layer), {made.node});
  made.axes[axis] = {network::Axis::channels};
  return made;
}

// Elements of one axis. Indices with several axes are read as a list, and their axes take the place of the one axis.
std::vector<OnnxOperand> make_gather(OnnxCall const& call) {
  if (auto const* places = std::get_if<OnnxPlaces>(&call.operand(1))) {
    if (call.integer("axis", 0) != 0) call.refuse("only the rows of a table can be chosen by largest elements");
    return {looked_up(call, *places, call.constant(0))};
  }
  OnnxView const& view = call.any_view(0);
  std::vector<std::int64_t> const& dims = call.constant(1).dims;
  std::size_t const axis = call.view_axis(call.integer("axis", 0), view);
  OnnxView made = gathered(call, view, axis, call.integers(1));
  if (dims.size() == 1) return {made};
  if (dims.empty()) {
    made.axes.erase(made.axes.begin() + static_cast<std::ptrdiff_t>(axis));
    if (axis < made.batch.axis) --made.batch.axis;
    return {made};
  }
  bool const is_merged = axis >= made.batch.axis - made.batch.before && axis < made.batch.axis + made.batch.behind;
  if (is_merged) call.refuse("its axis is one with the batch, which is not supported");
  if (axis < made.batch.axis) made.batch.axis += dims.size() - 1;
  std::vector<std::int64_t> extents = call.graph().extents(made);
  auto const at = extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(axis));
  extents.insert(at, dims.begin(), dims.end());
  OnnxView split = call.graph().reshaped(made, extents);
  split.batch = made.batch;
  return {split};
}

// Tuples of indices along the first axes, which are read as one axis: advanced indexing of PyTorch becomes this.
std::vector<OnnxOperand> make_gather_nd(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<std::int64_t> const& dims = call.constant(1).dims;
  if (call.integer("batch_dims", 0) != 0) call.refuse("its batch dimensions are not supported");
  std::size_t const axes = dims.empty() ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(dims.back(), 0));
  bool const sound = axes >= 1 && axes <= view.axes.size();
  if (!sound || view.batch.axis - view.batch.before < axes) call.refuse("its indices name the batch axis");
  std::vector<std::int64_t> extents = call.graph().extents(view), places;
  std::vector<std::int64_t> const& indices = call.integers(1);
  for (std::size_t i = 0; i + axes <= indices.size(); i += axes) {
    places.push_back(0);
    for (std::size_t k = 0; k < axes; ++k) {
      std::int64_t const index = indices[i + k] < 0 ? indices[i + k] + extents[k] : indices[i + k];
      if (index < 0 || index >= extents[k]) call.refuse("an index of it is outside its input");
      places.back() = places.back() * extents[k] + index;
    }
  }
  auto const behind = extents.begin() + static_cast<std::ptrdiff_t>(axes);
  std::vector<std::int64_t> joined = {1}, wanted(dims.begin(), dims.end() - 1);
  for (auto each = extents.begin(); each != behind; ++each) joined[0] *= *each;
  joined.insert(joined.end(), behind, extents.end());
  wanted.insert(wanted.end(), behind, extents.end());
  OnnxView made = gathered(call, call.graph().reshaped(view, joined), 0, std::move(places));
  made = call.graph().reshaped(made, wanted);
  made.batch = view.batch;
  made.batch.axis = view.batch.axis - axes + dims.size() - 1;
  return {made};
}

}  // namespace

OnnxView gathered(OnnxCall const& call, OnnxView const& view, std::size_t axis, std::vector<std::int64_t> places) {
  std::int64_t const extent = call.graph().extent(view, axis);
  if (places.empty()) call.refuse("it takes nothing of an axis");
  for (std::int64_t& place : places) {
    if (place < 0) place += extent;
    if (place < 0 || place >= extent) call.refuse("an index of it is outside its input");
  }
  std::vector<network::Slice> const slices = slices_of(places);
  if (slices.size() == 1) return sliced(call, view, axis, slices.front(), "");
  if (slices.size() > most_slices) return selected(call, view, axis, places);
  return joined_slices(call, view, axis, slices);
}

void add_gather_operators(OnnxMakers& makers) {
  makers["Gather"] = make_gather;
  makers["GatherND"] = make_gather_nd;
}

}  // namespace shoal::readers
