// SPDX-License-Identifier: MIT
// Keras's normalisations.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

void require_channel_axis(Making const& making) {
  std::vector<std::int64_t> const axes = making.options.integers({"axis"});
  auto const last = static_cast<std::int64_t>(making.rank());
  if (!axes.empty() && (axes.size() != 1 || (axes[0] != -1 && axes[0] != last))) {
    making.options.refuse("it normalises along another axis than the channels");
  }
}

std::vector<TensorView> make_batch_norm(Making const& making) {
  KerasOptions const& options = making.options;
  require_channel_axis(making);
  options.require_flag({"renorm"}, false);
  // Keras 1: mode 1 normalises each sequence by itself.
  if (options.real({"mode"}, 0) == 1) options.refuse("mode 1 is not supported");
  std::int64_t const channels = making.channels();
  bool const scaled = options.flag({"scale"}, true), centred = options.flag({"center"}, true);
  double const epsilon = options.real({"epsilon"}, 1e-3);
  std::vector<ExpectedWeight> expected;
  if (scaled) expected.push_back({"gamma", "gamma", {channels}});
  if (centred) expected.push_back({"beta", "beta", {channels}});
  expected.push_back({"moving_mean", "running_mean", {channels}});
  expected.push_back({"moving_variance", "running_std", {channels}});
  auto const taken = making.weights.take(making.layer, expected);
  std::vector<float> const& mean = taken[taken.size() - 2];
  std::vector<float> const& variance = taken.back();
  network::BatchNorm made;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    double const spread = static_cast<double>(variance[c]) + epsilon;
    if (!(spread > 0)) options.refuse(fmt::format("its variance of channel {} is {}", c, variance[c]));
    double const scale = (scaled ? static_cast<double>(taken[0][c]) : 1.0) / std::sqrt(spread);
    double const shift = (centred ? static_cast<double>(taken[scaled ? 1 : 0][c]) : 0.0) - mean[c] * scale;
    made.scale.push_back(static_cast<float>(scale));
    made.shift.push_back(static_cast<float>(shift));
    if (!std::isfinite(made.scale.back()) || !std::isfinite(made.shift.back())) {
      options.refuse(fmt::format("its scale or shift of channel {} is not finite", c));
    }
  }
  return {making.same(std::move(made), making.matrix())};
}

// What the options `scale` and `center` of a normalisation ask for.
struct Affine {
  std::vector<float> scale, shift;
};

Affine take_affine(Making const& making, std::vector<std::int64_t> const& shape) {
  bool const scaled = making.options.flag({"scale"}, true), centred = making.options.flag({"center"}, true);
  std::vector<ExpectedWeight> expected;
  if (scaled) expected.push_back({"gamma", "gamma", shape});
  if (centred) expected.push_back({"beta", "beta", shape});
  Affine affine;
  if (expected.empty()) return affine;
  auto taken = making.weights.take(making.layer, expected);
  if (scaled) affine.scale = std::move(taken.front());
  if (centred) affine.shift = std::move(taken.back());
  return affine;
}

// The input as a node whose channels are the axes of the option `axis`, and the rest its positions.
struct Normalised {
  TensorView view;
  std::vector<std::int64_t> extents;  // extents of those axes
};

Normalised along_axes(Making const& making) {
  std::vector<std::int64_t> counted = making.options.integers({"axis"});
  if (counted.empty()) counted = {-1};
  std::vector<std::size_t> axes, others;
  for (std::int64_t const each : counted) axes.push_back(making.axis(each));
  if (std::adjacent_find(axes.begin(), axes.end(), std::greater_equal<>()) != axes.end()) {
    making.options.refuse("its axes must be in their order");
  }
  Normalised made;
  for (std::size_t axis = 0; axis < making.rank(); ++axis) {
    bool const inside = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (!inside) others.push_back(axis);
    if (inside) made.extents.push_back(making.graph.extent(making.input, axis));
  }
  made.view = making.graph.arranged(making.input, others, axes);
  return made;
}

std::vector<TensorView> make_layer_norm(Making const& making) {
  making.options.require_flag({"rms_scaling"}, false);
  auto const [view, extents] = along_axes(making);
  auto [scale, shift] = take_affine(making, extents);
  return {making.same(network::LayerNorm{std::move(scale), std::move(shift), finite(making.options, {"epsilon"}, 1e-3)},
                      view)};
}

// Every group of channels, over all positions, as the channels of one position.
std::vector<TensorView> make_group_norm(Making const& making) {
  KerasOptions const& options = making.options;
  require_channel_axis(making);
  std::int64_t const channels = making.channels();
  std::vector<std::int64_t> const given = options.integers({"groups"});
  std::int64_t groups = given.empty() ? 32 : given[0];
  if (groups == -1) groups = channels;
  if (groups < 1 || channels % groups != 0) {
    options.refuse(fmt::format("its {} groups do not divide {} channels", groups, channels));
  }
  std::vector<std::int64_t> const extents = making.graph.extents(making.input);
  std::vector<std::int64_t> split = extents;
  split.back() = groups;
  split.push_back(channels / groups);
  std::vector<std::size_t> others(split.size());
  std::iota(others.begin(), others.end(), std::size_t{0});
  std::size_t const along = split.size() - 2;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(along));
  TensorView const grouped = making.graph.arranged(making.graph.reshaped(making.input, split), {along}, others);
  TensorView const normal =
      making.same(network::LayerNorm{{}, {}, finite(options, {"epsilon"}, 1e-3)}, grouped, "normal");
  TensorView const back = making.graph.reshaped(normal, extents);
  TensorView const matrix = making.graph.as_matrix(back, back.axes.size() - 1);
  auto [scale, shift] = take_affine(making, {channels});
  if (scale.empty()) scale.assign(static_cast<std::size_t>(channels), 1.0F);
  if (shift.empty()) shift.assign(static_cast<std::size_t>(channels), 0.0F);
  return {making.same(network::BatchNorm{std::move(scale), std::move(shift)}, matrix)};
}

// Computes x divided by the root of what `kind` makes of the squares of its channels, to which `floor` is added.
TensorView divided(Making const& making, TensorView const& view, network::Reduction kind, float floor,
                   std::string_view part) {
  TensorView const square = making.same(network::Activate{network::Activation::square, 1.0F}, view, "square");
  TensorView const reduced = making.same(network::Reduce{kind, network::Axis::channels}, square, "reduced");
  TensorView const raised = making.scaled(reduced, 1.0F, floor, "raised");
  TensorView const root = making.same(network::Activate{network::Activation::square_root, 1.0F}, raised, "root");
  TensorView const inverse = making.same(network::Activate{network::Activation::reciprocal, 1.0F}, root, "inverse");
  return {making.add(network::Multiply{}, {view.node, inverse.node}, part), view.axes};
}

std::vector<TensorView> make_rms_norm(Making const& making) {
  auto const [view, extents] = along_axes(making);
  float const epsilon = finite(making.options, {"epsilon"}, 1e-6);
  std::vector<float> scale = std::move(making.weights.take(making.layer, {{"scale", "scale", extents}})[0]);
  std::vector<float> shift(scale.size(), 0.0F);
  TensorView const normal = divided(making, view, network::Reduction::mean, epsilon, "normal");
  return {making.same(network::BatchNorm{std::move(scale), std::move(shift)}, normal)};
}

// Keras takes 1e-12 for smaller sums of squares: this sum differs from that in no digit that matters.
std::vector<TensorView> make_unit_norm(Making const& making) {
  return {divided(making, along_axes(making).view, network::Reduction::sum, 1e-12F, "")};
}

}  // namespace

void add_keras_norms(KerasMakers& makers) {
  makers["BatchNormalization"] = make_batch_norm;
  makers["LayerNormalization"] = make_layer_norm;
  makers["GroupNormalization"] = make_group_norm;
  makers["RMSNormalization"] = make_rms_norm;
  makers["UnitNormalization"] = make_unit_norm;
}

}  // namespace shoal::readers
