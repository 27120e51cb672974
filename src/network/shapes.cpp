// SPDX-License-Identifier: MIT
#include "network/shapes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "kernels/forward/permute.hpp"

namespace shoal::network {

namespace {

// Values longer than this are refused before anything is multiplied or allocated.
constexpr std::int64_t longest = std::int64_t{1} << 31;

template <class... Arguments>
void require(bool holds, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (!holds) fail(ErrorCode::input, fmt::format(text, std::forward<Arguments>(arguments)...));
}

std::int64_t extent_of(std::int64_t width, std::int64_t dilation) {
  return (width - 1) * dilation + 1;
}

void require_window(std::int64_t width, std::int64_t stride, std::int64_t dilation) {
  auto const sound = [](std::int64_t value) { return value >= 1 && value <= longest; };
  require(sound(width) && sound(stride) && sound(dilation) && extent_of(width, dilation) <= longest,
          "its window of width {}, stride {} and dilation {} is not possible", width, stride, dilation);
}

void require_padding(std::int64_t left, std::int64_t right, std::int64_t least) {
  require(left >= least && right >= least && left <= longest && right <= longest,
          "its padding of {} and {} is not possible", left, right);
}

std::int64_t positions_after(Sliding const& sliding, Shape input, std::int64_t width, std::int64_t dilation) {
  require(sliding.positions > 0, "its input has {} positions, fewer than its window of {}", input.positions,
          extent_of(width, dilation));
  return sliding.positions;
}

void require_count(std::vector<float> const& values, std::int64_t count, char const* what, bool may_be_empty) {
  require(static_cast<std::int64_t>(values.size()) == count || (may_be_empty && values.empty()),
          "its {} has {} values where {} are needed", what, values.size(), count);
}

// Filters, groups, kernel and bias of a convolution or transposed convolution.
template <class Convolution>
void require_kernel(Convolution const& layer, Shape input) {
  require_window(layer.width, layer.stride, layer.dilation);
  require(layer.filters >= 1 && layer.filters <= longest && layer.groups >= 1 && input.channels % layer.groups == 0 &&
              layer.filters % layer.groups == 0,
          "its {} groups do not divide {} channels and {} filters", layer.groups, input.channels, layer.filters);
  require_count(layer.kernel, layer.width * (input.channels / layer.groups) * layer.filters, "kernel", false);
  require_count(layer.bias, layer.filters, "bias", true);
}

// Whether groups, rows and columns so far apart fill a value: as many elements as it has, and the last one is the
// value's last.
void require_covered(kernels::MatrixSteps const& steps, std::array<std::int64_t, 3> const& extents, Shape shape) {
  std::array<std::int64_t, 3> const distances = {steps.group, steps.row, steps.column};
  double count = 1.0, last = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    require(distances[i] >= 0 && (distances[i] > 0 || extents[i] == 1), "its matrices' elements overlap");
    count *= static_cast<double>(extents[i]);
    last += static_cast<double>(extents[i] - 1) * static_cast<double>(distances[i]);
  }
  bool const fits = shape.positions >= 1 && shape.channels >= 1 && shape.positions <= longest &&
                    shape.channels <= longest && count == static_cast<double>(shape.size()) && last == count - 1.0;
  require(fits, "its matrices of {} x {} x {} do not fill {} x {}", extents[0], extents[1], extents[2], shape.positions,
          shape.channels);
}

struct ShapeRule {
  std::span<Shape const> inputs;
  Shape input = inputs.empty() ? Shape{} : inputs.front();

  Shape operator()(InputLayer const&) const { return input; }
  Shape operator()(Constant const& layer) const {
    require(layer.shape.positions >= 1 && layer.shape.channels >= 1, "its constant is empty");
    require_count(layer.values, layer.shape.size(), "constant", false);
    return layer.shape;
  }
  Shape operator()(Conv1D const& layer) const {
    require_kernel(layer, input);
    require_padding(layer.pad_left, layer.pad_right, 0);
    return {positions_after(slide(layer, input.positions), input, layer.width, layer.dilation), layer.filters};
  }
  Shape operator()(ConvTranspose1D const& layer) const {
    require_kernel(layer, input);
    require_padding(layer.pad_left, layer.pad_right, -longest);
    std::int64_t const positions = slide(layer, input.positions).positions;
    require(positions > 0 && positions <= longest, "its result would have {} positions", positions);
    return {positions, layer.filters};
  }
  Shape operator()(Dense const& layer) const {
    require_count(layer.kernel, input.channels * layer.units, "kernel", false);
    require_count(layer.bias, layer.units, "bias", true);
    return {input.positions, layer.units};
  }
  Shape operator()(BatchNorm const& layer) const {
    require_count(layer.scale, input.channels, "scale", false);
    require_count(layer.shift, input.channels, "shift", false);
    return input;
  }
  Shape operator()(LayerNorm const& layer) const {
    require_count(layer.scale, input.channels, "scale", true);
    require_count(layer.shift, input.channels, "shift", true);
    require(layer.epsilon >= 0.0F, "its epsilon is {}", layer.epsilon);
    return input;
  }
  Shape operator()(Pool const& layer) const {
    require_window(layer.width, layer.stride, 1);
    require_padding(layer.pad_left, layer.pad_right, 0);
    bool const counted = layer.padding == Padding::counted;
    require(!counted || (layer.pad_left < layer.width && layer.pad_right < layer.width),
            "its padding of {} and {} fills whole windows of {}", layer.pad_left, layer.pad_right, layer.width);
    return {positions_after(slide(layer, input.positions), input, layer.width, 1), input.channels};
  }
  Shape operator()(GlobalPool const&) const { return {1, input.channels}; }
  Shape operator()(Reduce const& layer) const {
    return layer.axis == Axis::positions ? Shape{1, input.channels} : Shape{input.positions, 1};
  }
  Shape operator()(TopK const& layer) const {
    std::int64_t const length = layer.axis == Axis::positions ? input.positions : input.channels;
    require(layer.count >= 1 && layer.count <= length, "it takes {} of {} elements", layer.count, length);
    return layer.axis == Axis::positions ? Shape{layer.count, input.channels} : Shape{input.positions, layer.count};
  }
  Shape operator()(Hardmax const&) const { return input; }
  Shape operator()(Activate const&) const { return input; }
  Shape operator()(Softmax const&) const { return input; }
  Shape operator()(Identity const&) const { return input; }
  Shape operator()(Add const&) const { return broadcast(); }
  Shape operator()(Multiply const&) const { return broadcast(); }
  Shape operator()(Concatenate const& layer) const {
    bool const along = layer.axis == Axis::positions;
    Shape shape = input;
    for (Shape const& other : inputs.subspan(1)) {
      require(along ? other.channels == input.channels : other.positions == input.positions,
              "it joins {} x {} with {} x {}", input.positions, input.channels, other.positions, other.channels);
      (along ? shape.positions : shape.channels) += along ? other.positions : other.channels;
    }
    return shape;
  }
  Shape operator()(MatrixProduct const& layer) const {
    kernels::GroupedProduct const& product = layer.product;
    for (std::int64_t const extent : {product.groups, product.rows, product.depth, product.columns}) {
      require(extent >= 1 && extent <= longest, "its matrices are empty");
    }
    require_covered(product.left, {product.groups, product.rows, product.depth}, inputs[0]);
    require_covered(product.right, {product.groups, product.depth, product.columns}, inputs[1]);
    require_covered(product.result, {product.groups, product.rows, product.columns}, layer.shape);
    return layer.shape;
  }
  Shape operator()(Recurrence const& layer) const {
    kernels::RecurrenceShape const& shape = layer.recurrence;
    require(shape.units >= 1 && shape.units <= longest / 4, "it has {} units", shape.units);
    std::int64_t const gates = kernels::gates_of(shape.cell) * shape.units;
    std::int64_t const states = kernels::states_of(shape.cell) * shape.units;
    require(input.channels == gates, "its input has {} channels where its gates are {}", input.channels, gates);
    require_count(layer.kernel, shape.units * gates, "kernel", false);
    require_count(layer.bias, gates, "bias", true);
    require_count(layer.initial, states, "initial state", true);
    return {input.positions, states};
  }
  Shape operator()(Slice const& layer) const {
    std::int64_t const length = layer.axis == Axis::positions ? input.positions : input.channels;
    bool const sound = layer.count >= 1 && layer.count <= length && layer.start >= 0 && layer.start < length &&
                       layer.step >= -length && layer.step <= length;
    std::int64_t const last = sound ? layer.start + (layer.count - 1) * layer.step : -1;
    require(last >= 0 && last < length, "its {} elements from {} on, {} apart, are not inside {}", layer.count,
            layer.start, layer.step, length);
    return layer.axis == Axis::positions ? Shape{layer.count, input.channels} : Shape{input.positions, layer.count};
  }
  Shape operator()(Pad const& layer) const {
    require_padding(layer.left, layer.right, 0);
    return {input.positions + layer.left + layer.right, input.channels};
  }
  Shape operator()(Transpose const&) const { return {input.channels, input.positions}; }
  Shape operator()(Permute const& layer) const {
    std::vector<int> sorted = layer.order;
    std::sort(sorted.begin(), sorted.end());
    bool sound = sorted.size() == layer.extents.size() && sorted.size() <= kernels::most_permuted_axes;
    for (std::size_t i = 0; sound && i < sorted.size(); ++i) sound = sorted[i] == static_cast<int>(i);
    std::int64_t size = 1;
    for (std::int64_t const extent : layer.extents) {
      sound = sound && extent >= 1 && extent <= input.size();
      size = sound ? size * extent : 0;
      sound = sound && size <= input.size();
    }
    require(sound && size == input.size(), "its axes do not fit {} x {}", input.positions, input.channels);
    return (*this)(Reshape{layer.shape});
  }
  Shape operator()(Reshape const& layer) const {
    bool const sound = layer.shape.positions >= 1 && layer.shape.channels >= 1 &&
                       layer.shape.positions <= input.size() && layer.shape.channels <= input.size();
    require(sound && layer.shape.size() == input.size(), "it makes {} x {} of {} x {}", layer.shape.positions,
            layer.shape.channels, input.positions, input.channels);
    return layer.shape;
  }
  Shape operator()(Flatten const&) const { return {1, input.size()}; }

  Shape broadcast() const {
    Shape shape = input;
    for (Shape const& other : inputs) {
      shape = {std::max(shape.positions, other.positions), std::max(shape.channels, other.channels)};
    }
    for (Shape const& other : inputs) {
      require((other.positions == shape.positions || other.positions == 1) &&
                  (other.channels == shape.channels || other.channels == 1),
              "its inputs of {} x {} and {} x {} do not fit together", other.positions, other.channels, shape.positions,
              shape.channels);
    }
    return shape;
  }
};

bool joins_values(Layer const& layer) {
  return std::holds_alternative<Add>(layer) || std::holds_alternative<Multiply>(layer) ||
         std::holds_alternative<Concatenate>(layer);
}

}  // namespace

Sliding slide(std::int64_t length, std::int64_t width, std::int64_t stride, std::int64_t dilation, Padding padding) {
  expect(length > 0 && width > 0 && stride > 0 && dilation > 0, "slide: lengths must be positive");
  expect(padding != Padding::counted, "slide: counted padding needs its counts");
  std::int64_t const extent = extent_of(width, dilation);
  if (padding == Padding::valid) return {length < extent ? 0 : (length - extent) / stride + 1, 0};
  std::int64_t const positions = (length + stride - 1) / stride;
  return {positions, std::max<std::int64_t>((positions - 1) * stride + extent - length, 0) / 2};
}

Sliding slide(Conv1D const& layer, std::int64_t length) {
  if (layer.padding != Padding::counted) {
    return slide(length, layer.width, layer.stride, layer.dilation, layer.padding);
  }
  std::int64_t const padded = length + layer.pad_left + layer.pad_right;
  return {slide(padded, layer.width, layer.stride, layer.dilation, Padding::valid).positions, layer.pad_left};
}

Sliding slide(Pool const& layer, std::int64_t length) {
  if (layer.padding == Padding::same) return slide(length, layer.width, layer.stride, 1, layer.padding);
  bool const counted = layer.padding == Padding::counted;
  std::int64_t const left = counted ? layer.pad_left : 0;
  std::int64_t const padded = length + left + (counted ? layer.pad_right : 0);
  if (padded < layer.width) return {0, left};
  std::int64_t positions = (padded - layer.width + (layer.round_up ? layer.stride - 1 : 0)) / layer.stride + 1;
  if (layer.round_up && (positions - 1) * layer.stride >= length + left) --positions;
  return {positions, left};
}

Sliding slide(ConvTranspose1D const& layer, std::int64_t length) {
  std::int64_t const extent = extent_of(layer.width, layer.dilation);
  std::int64_t const steps = (length - 1) * layer.stride;
  if (layer.padding == Padding::counted) return {steps + extent - layer.pad_left - layer.pad_right, layer.pad_left};
  if (layer.padding == Padding::valid) return {steps + std::max(extent, layer.stride), 0};
  return {length * layer.stride, std::max<std::int64_t>(extent - layer.stride, 0) / 2};
}

Shape infer_shape(Layer const& layer, std::span<Shape const> inputs) {
  bool const any_number = joins_values(layer) || std::holds_alternative<InputLayer>(layer);
  std::size_t const wanted =
      std::holds_alternative<Constant>(layer) ? 0 : (std::holds_alternative<MatrixProduct>(layer) ? 2 : 1);
  require(any_number ? !inputs.empty() : inputs.size() == wanted, "it reads {} values", inputs.size());
  Shape const shape = std::visit(ShapeRule{inputs}, layer);
  require(shape.positions <= longest && shape.channels <= longest && shape.size() <= longest * 16,
          "its value of {} x {} is too large", shape.positions, shape.channels);
  return shape;
}

Shape infer_shape(Layer const& layer, Shape input) {
  return infer_shape(layer, std::span<Shape const>(&input, 1));
}

}  // namespace shoal::network
