// SPDX-License-Identifier: MIT
// Keras layers that move, select or join values.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "model/keras_making.hpp"

namespace shoal::model {

namespace {

MadeLayer make_flatten(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  return {Flatten{}, false};
}

MadeLayer make_identity(Making const& making) {
  return {Identity{}, making.input.has_positions};
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

MadeLayer make_cropping(Making const& making) {
  require_positions(making);
  auto const [left, right] = both_ends(making, "cropping");
  std::int64_t const count = making.input.shape.positions - left - right;
  if (count < 1) making.options.refuse("it crops everything");
  return {Slice{Axis::positions, left, count, 1}};
}

MadeLayer make_zero_padding(Making const& making) {
  require_positions(making);
  auto const [left, right] = both_ends(making, "padding");
  return {Pad{left, right, 0.0F}};
}

MadeLayer make_reshape(Making const& making) {
  std::vector<std::int64_t> dims = making.options.integers({"target_shape"});
  std::int64_t const size = making.input.shape.size();
  std::int64_t known = 1;
  int open = 0;
  for (std::int64_t const extent : dims) {
    if (extent == -1 && ++open == 1) continue;
    if (extent < 1 || extent > size / known) making.options.refuse("its target shape does not fit its input");
    known *= extent;
  }
  if (size % known != 0 || (open == 0 && known != size))
    making.options.refuse("its target shape does not fit its input");
  for (std::int64_t& extent : dims) extent = extent == -1 ? size / known : extent;
  if (dims.empty() || dims.size() > 2) making.options.refuse("only shapes of one or two dimensions are supported");
  if (dims.size() == 1) return {Reshape{{1, dims[0]}}, false};
  return {Reshape{{dims[0], dims[1]}}};
}

MadeLayer make_permutation(Making const& making) {
  std::vector<std::int64_t> const dims = making.options.integers({"dims"});
  if (dims == std::vector<std::int64_t>{1, 2}) return {Identity{}, making.input.has_positions};
  if (dims != std::vector<std::int64_t>{2, 1} || !making.input.has_positions) {
    making.options.refuse("only swapping positions and channels is supported");
  }
  return {Transpose{}};
}

bool any_positions(Making const& making) {
  return std::any_of(making.inputs.begin(), making.inputs.end(),
                     [](KerasInput const& each) { return each.has_positions; });
}

template <class Joining>
MadeLayer make_joining(Making const& making) {
  return {Joining{}, any_positions(making)};
}

MadeLayer make_average(Making const& making) {
  std::int64_t channels = 1;
  for (KerasInput const& each : making.inputs) channels = std::max(channels, each.shape.channels);
  auto const count = static_cast<std::size_t>(channels);
  BatchNorm mean{std::vector<float>(count, 1.0F / static_cast<float>(making.inputs.size())),
                 std::vector<float>(count, 0.0F)};
  return {std::move(mean), any_positions(making), {}, Add{}};
}

MadeLayer make_concatenation(Making const& making) {
  std::vector<std::int64_t> const axes = making.options.integers({"axis", "concat_axis"});
  return {Concatenate{axis_of(making, axes.empty() ? -1 : axes[0])}, making.input.has_positions};
}

}  // namespace

void add_keras_moves(KerasMakers& makers) {
  makers["Flatten"] = make_flatten;
  makers["Cropping1D"] = make_cropping;
  makers["ZeroPadding1D"] = make_zero_padding;
  makers["Reshape"] = make_reshape;
  makers["Permute"] = make_permutation;
  makers["Add"] = make_joining<Add>;
  makers["Multiply"] = make_joining<Multiply>;
  makers["Average"] = make_average;
  makers["Concatenate"] = make_concatenation;
  makers["Dropout"] = make_identity;
  makers["SpatialDropout1D"] = make_identity;
  makers["AlphaDropout"] = make_identity;
  makers["GaussianDropout"] = make_identity;
  makers["GaussianNoise"] = make_identity;
  makers["ActivityRegularization"] = make_identity;
}

}  // namespace shoal::model
