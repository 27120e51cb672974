// SPDX-License-Identifier: MIT
// Keras layers that move or select values.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

std::vector<TensorView> make_flatten(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  std::int64_t size = 1;
  for (std::int64_t const extent : making.graph.extents(making.input)) size *= extent;
  TensorView const flat = making.graph.reshaped(making.input, {size});
  // Positions slowest is the node's own order.
  if (flat.axes[0] == TensorAxis{network::Axis::positions, network::Axis::channels} ||
      flat.axes[0] == TensorAxis{network::Axis::positions}) {
    return {making.value(making.add(network::Flatten{}, {flat.node}), true)};
  }
  return {making.graph.as_row(flat)};
}

// Numbers [left, right], or one for both; from 0 to 2^24.
std::array<std::int64_t, 2> both_ends(Making const& making, std::string_view name) {
  std::vector<std::int64_t> ends = making.options.integers({name});
  if (ends.size() == 1) ends.push_back(ends[0]);
  if (ends.empty()) ends = {1, 1};
  bool const sound = ends.size() == 2 && std::min(ends[0], ends[1]) >= 0 && std::max(ends[0], ends[1]) <= (1 << 24);
  if (!sound) making.options.refuse(fmt::format("its option '{}' must be two whole numbers", name));
  return {ends[0], ends[1]};
}

std::vector<TensorView> make_cropping(Making const& making) {
  TensorView const matrix = making.sequence();
  auto const [left, right] = both_ends(making, "cropping");
  std::int64_t const count = making.graph.node(matrix.node).shape.positions - left - right;
  if (count < 1) making.options.refuse("it crops everything");
  return {making.value(making.add(network::Slice{network::Axis::positions, left, count, 1}, {matrix.node}))};
}

std::vector<TensorView> make_zero_padding(Making const& making) {
  TensorView const matrix = making.sequence();
  auto const [left, right] = both_ends(making, "padding");
  return {making.value(making.add(network::Pad{left, right, 0.0F}, {matrix.node}))};
}

std::vector<TensorView> make_reshape(Making const& making) {
  std::vector<std::int64_t> dims = making.options.integers({"target_shape"});
  std::int64_t size = 1;
  for (std::int64_t const extent : making.graph.extents(making.input)) size *= extent;
  std::int64_t known = 1;
  int open = 0;
  if (dims.empty() || dims.size() > 8) making.options.refuse("its target shape does not fit its input");
  for (std::int64_t const extent : dims) {
    if (extent == -1 && ++open == 1) continue;
    if (extent < 1 || extent > size / known) making.options.refuse("its target shape does not fit its input");
    known *= extent;
  }
  if (size % known != 0 || (open == 0 && known != size))
    making.options.refuse("its target shape does not fit its input");
  for (std::int64_t& extent : dims) extent = extent == -1 ? size / known : extent;
  return {making.graph.reshaped(making.input, dims)};
}

std::vector<TensorView> make_permutation(Making const& making) {
  std::vector<std::int64_t> const dims = making.options.integers({"dims"});
  std::vector<std::int64_t> sorted = dims;
  std::sort(sorted.begin(), sorted.end());
  bool sound = sorted.size() == making.rank();
  for (std::size_t i = 0; sound && i < sorted.size(); ++i) sound = sorted[i] == static_cast<std::int64_t>(i) + 1;
  if (!sound) making.options.refuse("its option 'dims' is no order of its input's axes");
  TensorView turned{making.input.node, {}};
  for (std::int64_t const dim : dims) turned.axes.push_back(making.input.axes[static_cast<std::size_t>(dim - 1)]);
  return {turned};
}

std::vector<TensorView> make_repetition(Making const& making) {
  if (making.rank() != 1) making.options.refuse("it repeats a flat vector, and its input has positions");
  std::int64_t const count = making.options.size({"n"});
  network::Constant ones{{count, 1}, std::vector<float>(static_cast<std::size_t>(count), 1.0F)};
  int const constant = making.add(std::move(ones), {}, "ones");
  return {making.value(making.add(network::Multiply{}, {making.matrix().node, constant}))};
}

}  // namespace

void add_keras_moves(KerasMakers& makers) {
  makers["Flatten"] = make_flatten;
  makers["Cropping1D"] = make_cropping;
  makers["ZeroPadding1D"] = make_zero_padding;
  makers["Reshape"] = make_reshape;
  makers["Permute"] = make_permutation;
  makers["RepeatVector"] = make_repetition;
}

}  // namespace shoal::readers
