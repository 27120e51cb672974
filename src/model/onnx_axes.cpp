// SPDX-License-Identifier: MIT
// ONNX operators that change a value's axes, most of them only its view.
#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "model/onnx_call.hpp"

namespace shoal::model {

namespace {

// Axes given as an attribute or, since operator set 13, as an input.
std::vector<std::int64_t> axes_of(OnnxCall const& call) {
  return call.has(1) ? call.integers(1) : call.integers("axes");
}

std::vector<OnnxOperand> make_transpose(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<std::int64_t> order = call.integers("perm");
  std::size_t const rank = view.axes.size() + 1;
  for (std::size_t i = rank; order.empty() && i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  std::vector<std::int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  bool sound = order.size() == rank;
  for (std::size_t i = 0; sound && i < rank; ++i) sound = sorted[i] == static_cast<std::int64_t>(i);
  if (!sound) call.refuse("its order of axes is impossible");
  OnnxView turned{view.node, {}};
  for (std::size_t i = 0; i < rank; ++i) {
    auto const from = static_cast<std::size_t>(order[i]);
    if (from == view.batch) {
      turned.batch = i;
    } else {
      turned.axes.push_back(view.axes[from < view.batch ? from : from - 1]);
    }
  }
  return {turned};
}

std::int64_t product_of(std::vector<std::int64_t> const& extents) {
  std::int64_t product = 1;
  for (std::int64_t const extent : extents) product *= extent;
  return product;
}

// A batch that is not the first axis stays where it is, and so do the axes before it (directions of a recurrence).
OnnxView reshaped_behind_batch(OnnxCall const& call, OnnxView const& view) {
  std::vector<std::int64_t> const dims = call.integers(1), before = call.graph().extents(view);
  std::vector<std::int64_t> wanted;
  std::int64_t known = 1, size = 1;
  for (std::int64_t const extent : before) size *= extent;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i == view.batch) continue;
    bool const kept = i < view.batch && (dims[i] == 0 || dims[i] == before[i]);
    if (i < view.batch && !kept) call.refuse("it moves the batch axis, which is not supported");
    wanted.push_back(kept ? before[i] : dims[i]);
    if (wanted.back() != -1 && (wanted.back() < 1 || wanted.back() > size)) call.refuse("its shape does not fit");
    if (wanted.back() > 0) known *= wanted.back();
    if (known > size) call.refuse("its shape does not fit its input");
  }
  for (std::int64_t& extent : wanted) extent = extent == -1 ? size / known : extent;
  if (product_of(wanted) != size) call.refuse("its shape does not fit its input");
  OnnxView made = call.graph().reshaped(view, wanted);
  made.batch = view.batch;
  return made;
}

std::vector<OnnxOperand> make_reshape(OnnxCall const& call) {
  if (call.any_view(0).batch != 0) return {reshaped_behind_batch(call, call.any_view(0))};
  OnnxView const& view = call.view(0);
  std::vector<std::int64_t> dims = call.integers(1);
  std::vector<std::int64_t> const before = call.graph().extents(view);
  std::int64_t const size = product_of(before);
  if (dims.empty() || dims.size() > 8) call.refuse("its shape is impossible");
  bool const keeps_zeros = call.integer("allowzero", 0) != 0;
  std::int64_t known = 1, open = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && !keeps_zeros && i > 0 && i <= before.size()) dims[i] = before[i - 1];
    if (i == 0) continue;
    if (dims[i] == -1) {
      ++open;
      continue;
    }
    if (dims[i] < 1 || dims[i] > size) call.refuse("its shape does not fit its input, or moves the batch axis");
    known *= dims[i];
    if (known > size) call.refuse("its shape does not fit its input, or moves the batch axis");
  }
  // The first axis is the batch: whatever stands there (its marker, 0, -1, or the number that the file was exported
  // with), the others must hold one sequence's values.
  if (open > 1 || size % known != 0 || (open == 0 && known != size) || (open == 1 && dims[0] == -1)) {
    call.refuse("its shape does not fit its input, or moves the batch axis");
  }
  for (std::int64_t& extent : dims) extent = extent == -1 ? size / known : extent;
  return {call.graph().reshaped(view, {dims.begin() + 1, dims.end()})};
}

std::vector<OnnxOperand> make_flatten(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  std::int64_t const axis = call.integer("axis", 1);
  if (axis != 1 && axis != -static_cast<std::int64_t>(view.axes.size())) {
    call.refuse("only flattening behind the batch axis is supported");
  }
  return {call.graph().reshaped(view, {product_of(call.graph().extents(view))})};
}

std::vector<OnnxOperand> make_squeeze(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<std::int64_t> const given = axes_of(call);
  std::set<std::size_t> dropped;
  for (std::int64_t const axis : given) dropped.insert(call.view_axis(axis, view));
  OnnxView made{view.node, {}, view.batch};
  for (std::size_t i = 0; i < view.axes.size(); ++i) {
    bool const drop = given.empty() ? view.axes[i].empty() : dropped.contains(i);
    if (drop && !view.axes[i].empty()) call.refuse("it drops an axis of more than one element");
    if (drop && i < view.batch) --made.batch;
    if (!drop) made.axes.push_back(view.axes[i]);
  }
  return {made};
}

std::vector<OnnxOperand> make_unsqueeze(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  std::vector<std::int64_t> given = axes_of(call);
  auto const rank = static_cast<std::int64_t>(view.axes.size() + given.size()) + 1;
  if (rank > 8) call.refuse("it adds too many axes");
  for (std::int64_t& axis : given) axis = axis < 0 ? axis + rank : axis;
  std::sort(given.begin(), given.end());
  OnnxView made = view;
  for (std::int64_t const axis : given) {
    if (axis < 1 || axis > static_cast<std::int64_t>(made.axes.size()) + 1) {
      call.refuse("it adds an axis before the batch, or outside its axes");
    }
    made.axes.insert(made.axes.begin() + (axis - 1), OnnxAxis{});
  }
  return {made};
}

std::vector<OnnxOperand> make_shape(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<std::int64_t> dims = call.graph().extents(view);
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(view.batch), batch_size_marker);
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

void add_axis_operators(OnnxMakers& makers) {
  makers["Transpose"] = make_transpose;
  makers["Reshape"] = make_reshape;
  makers["Flatten"] = make_flatten;
  makers["Squeeze"] = make_squeeze;
  makers["Unsqueeze"] = make_unsqueeze;
  makers["Shape"] = make_shape;
}

}  // namespace shoal::model
