// SPDX-License-Identifier: MIT
#include "model/shapes.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"

namespace shoal::model {

namespace {

std::int64_t positions_after(Shape input, std::int64_t width, std::int64_t stride, std::int64_t dilation,
                             Padding padding) {
  std::int64_t const positions = slide(input.positions, width, stride, dilation, padding).positions;
  if (positions == 0) {
    fail(ErrorCode::input, fmt::format("its input has {} positions, fewer than its window of {}", input.positions,
                                       (width - 1) * dilation + 1));
  }
  return positions;
}

struct ShapeRule {
  Shape input;

  Shape operator()(Conv1D const& layer) const {
    return {positions_after(input, layer.width, layer.stride, layer.dilation, layer.padding), layer.filters};
  }
  Shape operator()(Pool const& layer) const {
    return {positions_after(input, layer.width, layer.stride, 1, layer.padding), input.channels};
  }
  Shape operator()(Dense const& layer) const { return {input.positions, layer.units}; }
  Shape operator()(GlobalPool const&) const { return {1, input.channels}; }
  Shape operator()(Flatten const&) const { return {1, input.size()}; }
  Shape operator()(InputLayer const&) const { return input; }
  Shape operator()(BatchNorm const&) const { return input; }
  Shape operator()(Activate const&) const { return input; }
  Shape operator()(Identity const&) const { return input; }
};

}  // namespace

Sliding slide(std::int64_t length, std::int64_t width, std::int64_t stride, std::int64_t dilation, Padding padding) {
  expect(length > 0 && width > 0 && stride > 0 && dilation > 0, "slide: lengths must be positive");
  std::int64_t const extent = (width - 1) * dilation + 1;
  if (padding == Padding::valid) return {length < extent ? 0 : (length - extent) / stride + 1, 0};
  std::int64_t const positions = (length + stride - 1) / stride;
  return {positions, std::max<std::int64_t>((positions - 1) * stride + extent - length, 0) / 2};
}

Shape infer_shape(Layer const& layer, Shape input) {
  return std::visit(ShapeRule{input}, layer);
}

}  // namespace shoal::model
