// SPDX-License-Identifier: MIT
// ONNX's Resize and Upsample along one axis after the other: nearest by whole factors, and linear.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// The largest matrix that a linear interpolation may become, in elements.
constexpr std::int64_t largest_matrix = std::int64_t{1} << 24;

// How much longer one axis becomes.
struct Growth {
  std::int64_t from = 1, to = 1;
  double scale = 1.0;
};

// The growth of every axis after the batch, from scales or sizes.
std::vector<Growth> growths(OnnxCall const& call, OnnxView const& view) {
  std::size_t const scales_at = call.operation() == "Upsample" || call.opset() < 11 ? 1 : 2;
  bool const by_sizes = call.has(3) && !call.integers(3).empty();
  if (call.has_attribute("axes")) call.refuse("sizes of some axes only are not supported");
  std::string const policy = call.text("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch") call.refuse(fmt::format("policy {} is not supported", shoal::quoted(policy)));
  std::size_t const count = by_sizes ? call.integers(3).size() : call.floats(scales_at).size();
  if (count != view.axes.size() + 1) call.refuse("its scales do not fit its input");
  if (!by_sizes && call.floats(scales_at)[0] != 1.0F) call.refuse("it changes the batch");
  std::vector<Growth> all;
  for (std::size_t axis = 0; axis < view.axes.size(); ++axis) {
    Growth growth;
    growth.from = call.graph().extent(view, axis);
    auto const length = static_cast<double>(growth.from);
    if (by_sizes) {
      growth.scale = static_cast<double>(call.integers(3)[axis + 1]) / length;
    } else {
      growth.scale = static_cast<double>(call.floats(scales_at)[axis + 1]);
    }
    if (!(growth.scale > 0) || growth.scale * length > 1e9) call.refuse("its scales are impossible");
    growth.to = by_sizes ? call.integers(3)[axis + 1] : static_cast<std::int64_t>(std::floor(length * growth.scale));
    if (growth.to < 1) call.refuse("it leaves nothing of an axis");
    all.push_back(growth);
  }
  return all;
}

// Repeats every element `times` times.
OnnxView repeated(OnnxCall const& call, OnnxView const& view, std::size_t axis, std::int64_t times) {
  if (times > 1024) call.refuse("its scale is too large");
  OnnxView rows = view.axes[axis] == OnnxAxis{network::Axis::positions} ? view : call.graph().as_rows(view, axis);
  network::Shape const shape = call.graph().node(rows.node).shape;
  int const copies = call.add(network::Concatenate{network::Axis::channels},
                              std::vector<int>(static_cast<std::size_t>(times), rows.node), "copies");
  rows.node = call.add(network::Reshape{{shape.positions * times, shape.channels}}, {copies});
  rows.axes[axis] = {network::Axis::positions};
  return rows;
}

// Where result element `i` lies in the input.
double origin(OnnxCall const& call, std::string const& rule, Growth const& growth, std::int64_t i) {
  auto const place = static_cast<double>(i);
  if (rule == "asymmetric") return place / growth.scale;
  if (rule == "align_corners") {
    return growth.to == 1 ? 0.0 : place * static_cast<double>(growth.from - 1) / static_cast<double>(growth.to - 1);
  }
  if (rule == "pytorch_half_pixel" && growth.to == 1) return 0.0;
  if (rule != "half_pixel" && rule != "pytorch_half_pixel") {
    call.refuse(fmt::format("linear interpolation with {} is not supported", shoal::quoted(rule)));
  }
  return (place + 0.5) / growth.scale - 0.5;
}

// A product with the weights of the interpolation.
OnnxView interpolated(OnnxCall const& call, OnnxView const& view, std::size_t axis, Growth const& growth,
                      std::string const& rule) {
  if (growth.from > largest_matrix / growth.to)
    call.refuse("linear interpolation of so many elements is not supported");
  network::Dense layer{growth.to, std::vector<float>(static_cast<std::size_t>(growth.from * growth.to), 0.0F), {}};
  for (std::int64_t i = 0; i < growth.to; ++i) {
    double const place = std::clamp(origin(call, rule, growth, i), 0.0, static_cast<double>(growth.from - 1));
    auto const low = static_cast<std::int64_t>(std::floor(place));
    std::int64_t const high = std::min(low + 1, growth.from - 1);
    double const share = place - static_cast<double>(low);
    layer.kernel[static_cast<std::size_t>(low * growth.to + i)] += static_cast<float>(1.0 - share);
    layer.kernel[static_cast<std::size_t>(high * growth.to + i)] += static_cast<float>(share);
  }
  OnnxView made = call.graph().as_matrix(view, axis);
  made.node = call.add(std::move(layer), {made.node});
  made.axes[axis] = {network::Axis::channels};
  made = call.graph().tidy(std::move(made));
  return view.axes[axis] == OnnxAxis{network::Axis::positions} ? call.graph().swapped(made) : made;
}

// Whether element i of the result is element i / scale, rounded down, of the input; for whole scales.
bool repeats_elements(std::string const& rule, std::string const& rounding) {
  if (rule == "asymmetric" || rule == "tf_half_pixel_for_nn") return rounding == "floor";
  bool const is_half = rule == "half_pixel" || rule == "pytorch_half_pixel" || rule == "half_pixel_symmetric";
  return is_half && rounding.starts_with("round_prefer");
}

std::vector<OnnxOperand> make_resize(OnnxCall const& call) {
  bool const is_old = call.operation() == "Upsample" || call.opset() < 11;
  std::string const mode = call.text("mode", "nearest");
  std::string const rule = is_old ? "asymmetric" : call.text("coordinate_transformation_mode", "half_pixel");
  std::string const rounding = is_old ? "floor" : call.text("nearest_mode", "round_prefer_floor");
  if (mode != "nearest" && mode != "linear") call.refuse(fmt::format("mode {} is not supported", shoal::quoted(mode)));
  OnnxView view = call.view(0);
  std::vector<Growth> const all = growths(call, view);
  for (std::size_t axis = 0; axis < all.size(); ++axis) {
    Growth const& growth = all[axis];
    if (growth.to == growth.from) continue;
    if (mode == "linear") {
      view = interpolated(call, view, axis, growth, rule);
      continue;
    }
    bool const is_whole = growth.to % growth.from == 0 && growth.scale == std::floor(growth.scale);
    if (!is_whole || !repeats_elements(rule, rounding)) {
      call.refuse(fmt::format("nearest with a scale of {}, {} and {} is not supported", growth.scale,
                              shoal::quoted(rule), shoal::quoted(rounding)));
    }
    view = repeated(call, view, axis, growth.to / growth.from);
  }
  return {view};
}

}  // namespace

void add_resize_operators(OnnxMakers& makers) {
  makers["Resize"] = make_resize;
  makers["Upsample"] = make_resize;
}

}  // namespace shoal::readers
