// SPDX-License-Identifier: MIT
// ONNX operators that change a value's axes, most of them only its view.
#include "readers/onnx/graph/axes.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// Axes given as an attribute or, since operator set 13, as an input.
std::vector<std::int64_t> axes_of(OnnxCall const& call) {
  return call.has(1) ? call.integers(1) : call.integers("axes");
}

std::vector<OnnxOperand> make_transpose(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<FileAxis> const axes = file_axes(view);
  std::vector<std::int64_t> order = call.integers("perm");
  for (std::size_t i = axes.size(); order.empty() && i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  std::vector<std::int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  bool sound = order.size() == axes.size();
  for (std::size_t i = 0; sound && i < axes.size(); ++i) sound = sorted[i] == static_cast<std::int64_t>(i);
  if (!sound) call.refuse("its order of axes is impossible");
  OnnxView turned{view.node, {}};
  for (std::int64_t const from : order) append_axis(turned, view, axes[static_cast<std::size_t>(from)]);
  return {turned};
}

std::vector<OnnxOperand> make_flatten(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  std::int64_t const axis = call.integer("axis", 1);
  if (axis != 1 && axis != -static_cast<std::int64_t>(view.axes.size())) {
    call.refuse("only flattening after the batch axis is supported");
  }
  network::Shape const shape = call.graph().node(view.node).shape;
  return {call.graph().reshaped(view, {shape.size()})};
}

std::vector<OnnxOperand> make_squeeze(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<std::int64_t> const given = axes_of(call);
  std::set<std::size_t> dropped;
  for (std::int64_t const axis : given) dropped.insert(call.view_axis(axis, view));
  OnnxView made{view.node, {}};
  for (FileAxis const& axis : file_axes(view)) {
    bool const is_single = !axis.is_batch && view.axes[axis.first].empty();
    bool const drop = given.empty() ? is_single : !axis.is_batch && dropped.contains(axis.first);
    if (drop && !is_single) call.refuse("it drops an axis of more than one element");
    if (!drop) append_axis(made, view, axis);
  }
  return {made};
}

std::vector<OnnxOperand> make_unsqueeze(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<FileAxis> const axes = file_axes(view);
  std::vector<std::int64_t> const given = axes_of(call);
  auto const rank = static_cast<std::int64_t>(axes.size() + given.size());
  if (rank > 8) call.refuse("it adds too many axes");
  std::set<std::int64_t> added;
  for (std::int64_t const axis : given) added.insert(axis < 0 ? axis + rank : axis);
  bool sound = added.size() == given.size();
  for (std::int64_t const axis : added) sound = sound && axis >= 0 && axis < rank;
  if (!sound) call.refuse("it adds an axis outside its axes");
  OnnxView made{view.node, {}};
  std::size_t next = 0;
  for (std::int64_t i = 0; i < rank; ++i) {
    if (added.contains(i)) {
      made.axes.emplace_back();
    } else {
      append_axis(made, view, axes[next++]);
    }
  }
  return {made};
}

std::vector<OnnxOperand> make_shape(OnnxCall const& call) {
  std::vector<std::int64_t> const dims = file_dims(call.graph(), call.any_view(0));
  auto const rank = static_cast<std::int64_t>(dims.size());
  auto const place = [&](std::int64_t index) {
    return std::clamp(index < 0 ? index + rank : index, std::int64_t{0}, rank);
  };
  std::int64_t const start = place(call.integer("start", 0)), end = place(call.integer("end", rank));
  OnnxTensor shape{{std::max<std::int64_t>(end - start, 0)}, false, {}, {}};
  if (end > start) shape.integers.assign(dims.begin() + start, dims.begin() + end);
  return {shape};
}

}  // namespace

std::vector<FileAxis> file_axes(OnnxView const& view) {
  std::vector<FileAxis> axes;
  BatchPlace const& batch = view.batch;
  FileAxis const with_batch{batch.axis - batch.before, batch.before + batch.behind, true};
  for (std::size_t i = 0; i <= view.axes.size(); ++i) {
    if (i == with_batch.first) {
      axes.push_back(with_batch);
      i += with_batch.count;
    }
    if (i < view.axes.size()) axes.push_back({i, 1, false});
  }
  return axes;
}

void append_axis(OnnxView& made, OnnxView const& view, FileAxis const& axis) {
  if (axis.is_batch) made.batch = {made.axes.size() + view.batch.before, view.batch.before, view.batch.behind};
  auto const first = view.axes.begin() + static_cast<std::ptrdiff_t>(axis.first);
  made.axes.insert(made.axes.end(), first, first + static_cast<std::ptrdiff_t>(axis.count));
}

std::vector<std::int64_t> file_dims(OnnxGraph const& graph, OnnxView const& view) {
  std::vector<std::int64_t> dims;
  for (FileAxis const& axis : file_axes(view)) {
    std::int64_t extent = axis.is_batch ? batch_size_marker : 1;
    for (std::size_t i = 0; i < axis.count; ++i) {
      if (__builtin_mul_overflow(extent, graph.extent(view, axis.first + i), &extent)) {
        fail(ErrorCode::input, "an axis merged with the batch is too long");
      }
    }
    dims.push_back(extent);
  }
  return dims;
}

void add_axis_operators(OnnxMakers& makers) {
  makers["Transpose"] = make_transpose;
  makers["Flatten"] = make_flatten;
  makers["Squeeze"] = make_squeeze;
  makers["Unsqueeze"] = make_unsqueeze;
  makers["Shape"] = make_shape;
}

}  // namespace shoal::readers
