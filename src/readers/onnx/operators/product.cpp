// SPDX-License-Identifier: MIT
// ONNX operators that multiply by matrices of weights or normalise channels.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

// A matrix of weights [in, out].
struct Weights {
  std::int64_t in = 0, out = 0;
  std::vector<float> values;
};

// Input `index`, with at most two axes longer than one, transposed if `transposed`.
Weights weights_of(OnnxCall const& call, std::size_t index, bool transposed) {
  std::vector<std::int64_t> dims = call.constant(index).dims;
  while (dims.size() > 2 && dims.front() == 1) dims.erase(dims.begin());
  if (dims.size() == 1) dims.push_back(1);
  if (dims.size() != 2 || dims[0] < 1 || dims[1] < 1) call.refuse("its weights are no matrix");
  std::vector<float> const& values = call.floats(index);
  if (!transposed) return {dims[0], dims[1], values};
  Weights turned{dims[1], dims[0], std::vector<float>(values.size())};
  for (std::int64_t row = 0; row < dims[0]; ++row) {
    for (std::int64_t column = 0; column < dims[1]; ++column) {
      turned.values[static_cast<std::size_t>(column * dims[0] + row)] =
          values[static_cast<std::size_t>(row * dims[1] + column)];
    }
  }
  return turned;
}

// Rows in the order of a flattened value, positions slowest, from ONNX's order, channels slowest.
std::vector<float> positions_first(Weights const& weights, network::Shape shape) {
  std::vector<float> moved(weights.values.size());
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    for (std::int64_t p = 0; p < shape.positions; ++p) {
      auto const from = weights.values.begin() + (c * shape.positions + p) * weights.out;
      std::copy(from, from + weights.out, moved.begin() + (p * shape.channels + c) * weights.out);
    }
  }
  return moved;
}

// y = x W + bias along the view's axis. Flattened values keep their order; instead the rows of the weights are moved.
OnnxView dense(OnnxCall const& call, OnnxView const& view, std::size_t axis, Weights weights, std::vector<float> bias) {
  OnnxGraph& graph = call.graph();
  if (graph.extent(view, axis) != weights.in) {
    call.refuse(
        fmt::format("its weights have {} rows where its input has {} values", weights.in, graph.extent(view, axis)));
  }
  OnnxView matrix;
  if (view.axes[axis] == OnnxAxis{network::Axis::channels, network::Axis::positions}) {
    weights.values = positions_first(weights, graph.node(view.node).shape);
    matrix = call.add_same(network::Flatten{}, view, "flattened");
    matrix.axes[axis] = {network::Axis::channels};
  } else {
    matrix = graph.as_matrix(view, axis);
  }
  OnnxView result = call.add_same(network::Dense{weights.out, std::move(weights.values), std::move(bias)}, matrix);
  result.axes[axis] = {network::Axis::channels};
  return graph.tidy(std::move(result));
}

std::vector<OnnxOperand> make_gemm(OnnxCall const& call) {
  if (call.integer("transA", 0) != 0) call.refuse("a transposed first operand is not supported");
  OnnxView const& view = call.any_view(0);
  // Rows are sequences, or the positions of sequences.
  std::size_t const merged = view.batch.before + view.batch.behind;
  if (view.axes.size() != merged + 1 || call.view_axis(-1, view) != merged) {
    call.refuse("its first operand is no matrix of rows of a sequence");
  }
  Weights weights = weights_of(call, 1, call.integer("transB", 0) != 0);
  float const alpha = call.real("alpha", 1), beta = call.real("beta", 1);
  if (alpha != 1.0F) {
    for (float& value : weights.values) value *= alpha;
  }
  std::vector<float> bias;
  if (call.has(2) && beta != 0.0F) {
    bias = call.floats(2);
    if (bias.size() == 1) bias.resize(static_cast<std::size_t>(weights.out), bias[0]);
    if (bias.size() != static_cast<std::size_t>(weights.out)) call.refuse("its bias is no row of its result");
    for (float& value : bias) value *= beta;
  }
  return {dense(call, view, merged, std::move(weights), std::move(bias))};
}

std::vector<OnnxOperand> make_matmul(OnnxCall const& call) {
  bool const left = call.is_constant(0), right = call.is_constant(1);
  auto const is_batched = [&](std::size_t index) {
    std::vector<std::int64_t> const& dims = call.constant(index).dims;
    return std::count_if(dims.begin(), dims.end(), [](std::int64_t extent) { return extent > 1; }) > 2;
  };
  bool const is_product = (!left && !right) || (left && is_batched(0)) || (right && is_batched(1));
  if (is_product) {
    return {product_of_values(call, left ? call.value(0) : call.any_view(0), right ? call.value(1) : call.any_view(1))};
  }
  OnnxView const& view = call.any_view(left ? 1 : 0);
  if (view.axes.empty() || (left && view.axes.size() < 2)) call.refuse("its operand has too few axes");
  std::size_t const axis = call.view_axis(left ? -2 : -1, view);
  if (call.constant(left ? 0 : 1).dims.size() < 2) call.refuse("a product with a vector is not supported");
  return {dense(call, view, axis, weights_of(call, left ? 0 : 1, left), {})};
}

std::vector<OnnxOperand> make_batch_norm(OnnxCall const& call) {
  if (call.integer("training_mode", 0) != 0) call.refuse("it is in training mode: export the network for inference");
  if (call.integer("spatial", 1) != 1) call.refuse("spatial=0 is not supported");
  std::vector<float> const &gamma = call.floats(1), &beta = call.floats(2), &mean = call.floats(3),
                           &variance = call.floats(4);
  if (call.view(0).axes.empty()) call.refuse("its input has no channels");
  OnnxView const matrix = call.graph().as_matrix(call.view(0), 0);
  auto const channels = static_cast<std::size_t>(call.graph().node(matrix.node).shape.channels);
  for (auto const* values : {&gamma, &beta, &mean, &variance}) {
    if (values->size() != channels)
      call.refuse(fmt::format("it normalises {} of {} channels", values->size(), channels));
  }
  double const epsilon = static_cast<double>(call.real("epsilon", 1e-5F));
  network::BatchNorm layer;
  for (std::size_t c = 0; c < channels; ++c) {
    double const spread = static_cast<double>(variance[c]) + epsilon;
    if (!(spread > 0)) call.refuse(fmt::format("its variance of channel {} is {}", c, variance[c]));
    double const scale = static_cast<double>(gamma[c]) / std::sqrt(spread);
    layer.scale.push_back(static_cast<float>(scale));
    layer.shift.push_back(static_cast<float>(static_cast<double>(beta[c]) - static_cast<double>(mean[c]) * scale));
    if (!std::isfinite(layer.scale.back()) || !std::isfinite(layer.shift.back())) {
      call.refuse(fmt::format("its scale or shift of channel {} is not finite", c));
    }
  }
  return {call.add_same(std::move(layer), matrix)};
}

std::vector<OnnxOperand> make_layer_norm(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::size_t const first = call.view_axis(call.integer("axis", -1), view);
  if (first < view.batch.axis) call.refuse("it normalises along the batch, which is not supported");
  std::vector<std::size_t> others, normalised;
  for (std::size_t i = 0; i < view.axes.size(); ++i) (i < first ? others : normalised).push_back(i);
  if (call.output_count() > 1) call.refuse("its mean and deviation as outputs are not supported");
  OnnxView const matrix = call.graph().arranged(view, others, normalised);
  network::LayerNorm layer;
  layer.epsilon = call.real("epsilon", 1e-5F);
  auto const channels = static_cast<std::size_t>(call.graph().node(matrix.node).shape.channels);
  if (call.has(1)) layer.scale = call.floats(1);
  if (call.has(2)) layer.shift = call.floats(2);
  for (auto* values : {&layer.scale, &layer.shift}) {
    if (values->size() == 1) values->resize(channels, values->front());
  }
  return {call.add_same(std::move(layer), matrix)};
}

}  // namespace

void add_product_operators(OnnxMakers& makers) {
  makers["Gemm"] = make_gemm;
  makers["MatMul"] = make_matmul;
  makers["BatchNormalization"] = make_batch_norm;
  makers["LayerNormalization"] = make_layer_norm;
}

}  // namespace shoal::readers
