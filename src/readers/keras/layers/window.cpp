// SPDX-License-Identifier: MIT
#include "readers/keras/layers/window.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace shoal::readers {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 24;

// One number per spatial axis; a single number counts for all.
std::vector<std::int64_t> numbers(Making const& making, Spellings names, std::size_t spatial,
                                  std::vector<std::int64_t> const& fallback) {
  std::vector<std::int64_t> list = making.options.has(names) ? making.options.integers(names) : fallback;
  if (list.size() == 1) list.resize(spatial, list.front());
  bool const sound = list.size() == spatial && std::all_of(list.begin(), list.end(), [](std::int64_t number) {
                       return number >= 1 && number <= largest;
                     });
  if (!sound) {
    making.options.refuse(fmt::format("its option '{}' must be {}", *names.begin(),
                                      spatial == 1 ? "one positive whole number" : "positive whole numbers"));
  }
  return list;
}

// Keras 1 writes the extents of a two-dimensional kernel one by one.
std::vector<std::int64_t> kernel_extents(Making const& making, std::size_t spatial) {
  KerasOptions const& options = making.options;
  if (spatial == 2 && options.has({"nb_row"})) return {options.size({"nb_row"}), options.size({"nb_col"})};
  return numbers(making, {"kernel_size", "filter_length"}, spatial, {});
}

struct Windows {
  std::vector<std::int64_t> widths, strides, dilations;
};

std::size_t spatial_axes(Making const& making) {
  making.options.require_text({"data_format"}, "channels_last");
  making.options.require_text({"dim_ordering"}, "tf");
  std::size_t const spatial = making.layer.class_name.find("2D") != std::string::npos ? 2 : 1;
  if (making.rank() != spatial + 1) {
    making.options.refuse(making.rank() < 2 ? "its input has no positions left"
                                            : fmt::format("its input has {} axes", making.rank()));
  }
  return spatial;
}

// The taps of a window that meet the only element of an axis.
void meet_single(Making const& making, Windows const& windows, std::size_t across, KerasWindow& window) {
  std::int64_t const width = windows.widths[across], dilation = windows.dilations[across];
  if (width == 1) return;
  if (padding_of(making.options) != network::Padding::same) making.options.refuse("its window is wider than its input");
  std::int64_t const left = (width - 1) * dilation / 2;
  if (left % dilation != 0) making.options.refuse("no tap of its window meets an axis of one element");
  window.first_tap = left / dilation;
}

KerasWindow window_of(Making const& making, Windows const& windows, bool may_cover) {
  std::size_t const spatial = windows.widths.size();
  KerasWindow window;
  if (spatial == 2) {
    auto const extent = [&](std::size_t axis) { return making.graph.extent(making.input, axis); };
    auto const is_still = [&](std::size_t axis) { return windows.widths[axis] == 1 && windows.strides[axis] == 1; };
    std::size_t across = extent(0) == 1 ? 0 : 1;
    bool const covers = extent(0) > 1 && extent(1) > 1 && making.channels() == 1;
    if (covers && may_cover) {
      across = extent(0) < extent(1) ? 0 : 1;
      bool const whole =
          windows.widths[across] == extent(across) && padding_of(making.options) == network::Padding::valid;
      if (!whole) making.options.refuse("its window must cover one of two long axes, with padding valid");
      window.taps = windows.widths[across];
    } else if (covers) {
      across = is_still(0) ? 0 : 1;
      if (!is_still(across)) making.options.refuse("it works along two axes of more than one element");
    } else if (extent(across) != 1) {
      making.options.refuse("it works along two axes of more than one element");
    } else {
      meet_single(making, windows, across, window);
    }
    window.along = 1 - across;
    window.matrix = making.graph.as_matrix(making.input, covers ? across : 2);
  } else {
    window.matrix = making.matrix();
  }
  window.width = windows.widths[window.along];
  window.stride = windows.strides[window.along];
  window.dilation = windows.dilations[window.along];
  window.extents = windows.widths;
  return window;
}

}  // namespace

TensorView KerasWindow::result(Making const& making, int node) const {
  TensorView view{node, std::vector<TensorAxis>(making.rank())};
  // Pooled bases stay the axis that they are.
  bool const kept = taps == 1 && matrix.axes.back().empty() && making.graph.node(node).shape.channels > 1 &&
                    extents.size() == 2 && making.graph.extent(making.input, 1 - along) > 1;
  view.axes[kept ? 1 - along : making.rank() - 1] = {network::Axis::channels};
  view.axes[along] = {network::Axis::positions};
  return making.graph.tidy(std::move(view));
}

std::vector<float> KerasWindow::line(std::vector<float> const& kernel) const {
  if (extents.size() == 1) return kernel;
  std::size_t const other = 1 - along;
  std::size_t const inner = kernel.size() / static_cast<std::size_t>(extents[0] * extents[1]);
  std::vector<float> made;
  for (std::int64_t tap = 0; tap < width; ++tap) {
    for (std::int64_t across = first_tap; across < first_tap + taps; ++across) {
      std::int64_t const row = other == 1 ? tap * extents[1] + across : across * extents[1] + tap;
      auto const from = kernel.begin() + row * static_cast<std::ptrdiff_t>(inner);
      made.insert(made.end(), from, from + static_cast<std::ptrdiff_t>(inner));
    }
  }
  return made;
}

KerasWindow keras_convolution_window(Making const& making) {
  std::size_t const spatial = spatial_axes(making);
  return window_of(
      making,
      {kernel_extents(making, spatial), numbers(making, {"strides", "subsample_length", "subsample"}, spatial, {1}),
       numbers(making, {"dilation_rate", "atrous_rate"}, spatial, {1})},
      making.layer.class_name == "Conv2D" || making.layer.class_name == "Convolution2D");
}

KerasWindow keras_pool_window(Making const& making) {
  std::size_t const spatial = spatial_axes(making);
  auto const widths = numbers(making, {"pool_size", "pool_length"}, spatial, {2});
  auto strides = numbers(making, {"strides", "stride"}, spatial, widths);
  // A single element that is padded to a window stays what it is.
  return window_of(making, {widths, strides, std::vector<std::int64_t>(spatial, 1)}, false);
}

}  // namespace shoal::readers
