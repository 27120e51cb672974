// SPDX-License-Identifier: MIT
// ONNX's InstanceNormalization, GroupNormalization and RMSNormalization. The first two are a layer normalisation of a
// node whose positions are the channels or groups, and whose channels are all that is normalised together.
#include <fmt/core.h>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// Each index of axis 0 normalised over all other axes.
OnnxView normalised(OnnxCall const& call, OnnxView const& view) {
  OnnxView const rows = call.graph().as_rows(view, 0);
  return call.add_same(network::LayerNorm{{}, {}, call.real("epsilon", 1e-5F)}, rows, "normal");
}

// Times one number per index of axis 0, plus another, in a node whose channels are that axis again.
OnnxView scaled_and_shifted(OnnxCall const& call, OnnxView const& normal) {
  OnnxView const view = call.graph().as_matrix(normal, 0);
  std::vector<std::int64_t> dims(view.axes.size() + 1, 1);
  dims[1] = call.graph().extent(view, 0);
  for (std::size_t const index : {std::size_t{1}, std::size_t{2}}) {
    auto const count = static_cast<std::int64_t>(call.floats(index).size());
    if (count == dims[1]) continue;
    call.refuse(fmt::format("its input {} has {} numbers where {} are expected", index, count, dims[1]));
  }
  return plus_constant(call, multiplied_by_constant(call, view, dims, call.floats(1)), dims, call.floats(2));
}

void require_channels(OnnxCall const& call, OnnxView const& view) {
  if (view.axes.size() < 2) call.refuse("its input has no positions");
}

std::vector<OnnxOperand> make_instance_norm(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  require_channels(call, view);
  return {scaled_and_shifted(call, normalised(call, view))};
}

// Before operator set 21, scale and shift are one number per group; from then on one per channel.
std::vector<OnnxOperand> make_group_norm(OnnxCall const& call) {
  OnnxView const& view = call.view(0);
  require_channels(call, view);
  std::vector<std::int64_t> const extents = call.graph().extents(view);
  std::int64_t const groups = call.integer("num_groups", 0);
  if (groups < 1 || extents[0] % groups != 0) {
    call.refuse(fmt::format("{} groups of {} channels", groups, extents[0]));
  }
  std::vector<std::int64_t> split = extents;
  split[0] /= groups;
  split.insert(split.begin(), groups);
  OnnxView made = normalised(call, call.graph().reshaped(view, split));
  bool const by_group = call.opset() < 21;
  if (by_group) made = scaled_and_shifted(call, made);
  made = call.graph().reshaped(made, extents);
  return {by_group ? call.graph().as_matrix(made, 0) : scaled_and_shifted(call, made)};
}

// Computes x / sqrt(mean of x^2 + epsilon) along the last axes, times one number per element.
std::vector<OnnxOperand> make_rms_norm(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::size_t const first = call.view_axis(call.integer("axis", -1), view);
  if (first < view.batch.axis) call.refuse("it normalises along the batch, which is not supported");
  std::vector<std::size_t> others, normalised;
  for (std::size_t i = 0; i < view.axes.size(); ++i) (i < first ? others : normalised).push_back(i);
  OnnxView const matrix = call.graph().arranged(view, others, normalised);
  int const squares = call.add(network::Activate{network::Activation::square, 1.0F}, {matrix.node}, "squares");
  OnnxView size{call.add(network::Reduce{network::Reduction::mean, network::Axis::channels}, {squares}, "mean"), {}};
  size = call.scaled(size, 1, static_cast<double>(call.real("epsilon", 1e-5F)), "variance");
  size = call.add_same(network::Activate{network::Activation::square_root, 1.0F}, size, "size");
  size = call.add_same(network::Activate{network::Activation::reciprocal, 1.0F}, size, "factor");
  OnnxView const made{call.add(network::Multiply{}, {matrix.node, size.node}, "normal"), matrix.axes, matrix.batch};
  return {multiplied_by_constant(call, made, call.constant(1).dims, call.floats(1))};
}

}  // namespace

void add_normalisation_operators(OnnxMakers& makers) {
  makers["InstanceNormalization"] = make_instance_norm;
  makers["RMSNormalization"] = make_rms_norm;
  makers["GroupNormalization"] = make_group_norm;
}

}  // namespace shoal::readers
