// SPDX-License-Identifier: MIT
// Views of tensors in other layouts: which axes are a node's positions, which its channels.
#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "readers/tensors/tensor_graph.hpp"

namespace shoal::readers {

namespace {

// Evenly spaced elements of a value.
struct Run {
  std::int64_t extent, stride;
};

using Runs = std::vector<Run>;

// Two neighbouring runs, the slower first, that are really one.
void append(Runs& runs, Run next) {
  if (next.extent == 1) return;
  if (!runs.empty() && runs.back().stride == next.extent * next.stride) {
    runs.back() = {runs.back().extent * next.extent, next.stride};
  } else {
    runs.push_back(next);
  }
}

Runs runs_of(TensorGraph const& graph, TensorView const& view, std::vector<std::size_t> const& axes) {
  Runs runs;
  for (std::size_t const axis : axes) {
    for (AxisPart const& part : view.axes[axis]) {
      append(runs, {graph.extent(view.node, part), graph.stride(view.node, part)});
    }
  }
  return runs;
}

// A run as parts of a node's axes; nothing if it runs across them unevenly.
std::optional<TensorAxis> parts_of(Run run, network::Shape shape) {
  auto const part = [](network::Axis axis, std::int64_t extent, std::int64_t step, std::int64_t length) {
    return extent == length ? AxisPart(axis) : AxisPart(axis, extent, step);
  };
  std::int64_t const channels = shape.channels;
  if (run.stride % channels == 0) {
    return TensorAxis{part(network::Axis::positions, run.extent, run.stride / channels, shape.positions)};
  }
  if (run.stride * run.extent <= channels) {
    return TensorAxis{part(network::Axis::channels, run.extent, run.stride, channels)};
  }
  std::int64_t const inside = channels / run.stride;
  if (channels % run.stride != 0 || run.extent % inside != 0) return std::nullopt;
  return TensorAxis{part(network::Axis::positions, run.extent / inside, 1, shape.positions),
                    part(network::Axis::channels, inside, run.stride, channels)};
}

std::optional<TensorAxis> parts_of(Runs const& runs, network::Shape shape) {
  TensorAxis axis;
  for (Run const& run : runs) {
    auto const parts = parts_of(run, shape);
    if (!parts) return std::nullopt;
    axis.insert(axis.end(), parts->begin(), parts->end());
  }
  return axis;
}

std::vector<std::size_t> all_axes(TensorView const& view) {
  std::vector<std::size_t> axes;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) axes.push_back(axis);
  return axes;
}

std::vector<std::size_t> all_but(TensorView const& view, std::size_t one) {
  std::vector<std::size_t> axes = all_axes(view);
  axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(one));
  return axes;
}

// The layer that puts the runs of a value, which are not in order, one after the other.
network::Permute permutation(Runs const& runs, network::Shape shape) {
  network::Permute layer{{}, {}, shape};
  std::vector<std::size_t> slowest_first;
  for (std::size_t i = 0; i < runs.size(); ++i) slowest_first.push_back(i);
  std::sort(slowest_first.begin(), slowest_first.end(),
            [&](std::size_t a, std::size_t b) { return runs[a].stride > runs[b].stride; });
  layer.order.resize(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    layer.extents.push_back(runs[slowest_first[i]].extent);
    layer.order[slowest_first[i]] = static_cast<int>(i);
  }
  return layer;
}

// Whether several long axes became one axis that is a node's positions.
bool is_flattened(TensorView const& from, TensorView const& to) {
  auto const long_axes = [](TensorView const& view) {
    return std::count_if(view.axes.begin(), view.axes.end(), [](TensorAxis const& axis) { return !axis.empty(); });
  };
  auto const is_positions = [](TensorAxis const& axis) { return axis == TensorAxis{network::Axis::positions}; };
  return long_axes(from) > 1 && long_axes(to) == 1 && std::any_of(to.axes.begin(), to.axes.end(), is_positions);
}

// The next `wanted` elements of a tensor's runs, the last run the slowest; false if the runs do not divide so.
bool take(std::int64_t wanted, Runs& left, Runs& taken) {
  while (wanted > 1) {
    if (left.empty()) return false;
    Run& run = left.back();
    if (wanted % run.extent == 0) {
      wanted /= run.extent;
      append(taken, run);
      left.pop_back();
    } else if (run.extent % wanted == 0) {
      run.extent /= wanted;
      append(taken, {wanted, run.stride * run.extent});
      return true;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::int64_t TensorGraph::stride(TensorView const& view, std::vector<std::size_t> const& axes) const {
  Runs const runs = runs_of(*this, view, axes);
  if (runs.empty()) return 0;
  return runs.size() == 1 ? runs.front().stride : -1;
}

std::vector<TensorAxis> TensorGraph::row_major(std::vector<std::int64_t> const& extents, network::Shape shape) {
  std::vector<TensorAxis> axes(extents.size());
  std::int64_t stride = 1;
  for (std::size_t i = extents.size(); i-- > 0;) {
    if (extents[i] == 1) continue;
    auto const parts = parts_of(Run{extents[i], stride}, shape);
    expect(parts.has_value(), "a tensor's axes do not fit its layout");
    axes[i] = *parts;
    stride *= extents[i];
  }
  return axes;
}

TensorView TensorGraph::arranged(TensorView const& view, std::vector<std::size_t> const& positions,
                                 std::vector<std::size_t> const& channels) {
  std::vector<std::size_t> order = positions;
  order.insert(order.end(), channels.begin(), channels.end());
  network::Shape shape{1, 1};
  for (std::size_t const axis : positions) shape.positions *= extent(view, axis);
  for (std::size_t const axis : channels) shape.channels *= extent(view, axis);
  Runs const runs = runs_of(*this, view, order);
  std::string const name = node(view.node).name;
  TensorView made{view.node, std::vector<TensorAxis>(view.axes.size()), view.batch};
  if (runs.size() == 2 && runs[0].stride == 1 && runs[1].stride == node(view.node).shape.channels) {
    made.node = add(name + "/transposed", "Transpose", network::Transpose{}, {view.node});
  } else if (runs.size() > 1) {
    made.node = add(name + "/permuted", "Transpose", permutation(runs, shape), {view.node});
  }
  if (node(made.node).shape != shape)
    made.node = add(name + "/reshaped", "Reshape", network::Reshape{shape}, {made.node});
  std::vector<std::int64_t> ordered;
  for (std::size_t const axis : order) ordered.push_back(extent(view, axis));
  std::vector<TensorAxis> const axes = row_major(ordered, shape);
  for (std::size_t i = 0; i < order.size(); ++i) made.axes[order[i]] = axes[i];
  return made;
}

TensorView TensorGraph::as_matrix(TensorView const& view, std::size_t channels) {
  return arranged(view, all_but(view, channels), {channels});
}

TensorView TensorGraph::as_rows(TensorView const& view, std::size_t positions) {
  return arranged(view, {positions}, all_but(view, positions));
}

TensorView TensorGraph::reshaped(TensorView const& view, std::vector<std::int64_t> const& extents) {
  Runs left = runs_of(*this, view, all_axes(view));
  std::reverse(left.begin(), left.end());
  TensorView dealt{view.node, {}};
  for (std::int64_t const wanted : extents) {
    Runs taken;
    if (!take(wanted, left, taken)) break;
    auto const parts = parts_of(taken, node(view.node).shape);
    if (!parts) break;
    dealt.axes.push_back(*parts);
  }
  if (dealt.axes.size() == extents.size() && left.empty()) return is_flattened(view, dealt) ? as_row(dealt) : dealt;
  network::Shape shape{1, 1};
  for (std::int64_t const wanted : extents) {
    shape.positions *= wanted;
    if (wanted > 1) shape.channels = wanted;
  }
  shape.positions /= shape.channels;
  int made = arranged(view, {}, all_axes(view)).node;
  if (node(made).shape != shape) {
    made = add(node(view.node).name + "/reshaped", "Reshape", network::Reshape{shape}, {made});
  }
  return {made, row_major(extents, shape)};
}

}  // namespace shoal::readers
