// SPDX-License-Identifier: MIT
#include "inference/gradient/gradient_program.hpp"

#include <algorithm>

#include "base/index.hpp"
#include "inference/forward/program_builder.hpp"
#include "inference/forward/weights.hpp"
#include "inference/gradient/filters.hpp"
#include "inference/gradient/gradient_builder.hpp"
#include "inference/gradient/moves.hpp"
#include "network/shapes.hpp"

namespace shoal::inference {

namespace {

class GradientCompiler : private GradientBuilder {
 public:
  using GradientBuilder::GradientBuilder;

  GradientProgram run(std::vector<network::Task> const& tasks) {
    for (int const node : needed_nodes(tasks)) compile_node(node);
    return finish(tasks);
  }

 private:
  void compile_node(int i) {
    std::visit([this, i](auto const& layer) { compile_layer(i, layer); }, node_at(i).layer);
  }

  void compile_layer(int i, network::InputLayer const&) {
    if (i != 0) refuse(i, "it is a second input");
    operands_.front() = new_value(node_at(i).shape, true);
  }
  void compile_layer(int i, network::Constant const& layer) {
    emit(i, ConstantPair{append_values(layer.values, program_.weights)}, {});
  }
  void compile_same_memory(int i) { operands_[at(i)] = {input_of(i).value, node_at(i).shape}; }
  void compile_layer(int i, network::Identity const&) { compile_same_memory(i); }
  void compile_layer(int i, network::Flatten const&) { compile_same_memory(i); }
  void compile_layer(int i, network::Reshape const&) { compile_same_memory(i); }

  template <class Layer>
  ConvolutionGeometry geometry_of(int i, Layer const& layer) const {
    return {.channels = input_of(i).shape.channels,
            .filters = layer.filters,
            .width = layer.width,
            .stride = layer.stride,
            .dilation = layer.dilation,
            .padding = network::slide(layer, input_of(i).shape.positions).pad_left,
            .groups = layer.groups};
  }
  void compile_layer(int i, network::Conv1D const& layer) {
    emit_convolution(i, convolution_pair(backend_, geometry_of(i, layer), layer.kernel, layer.bias, program_.weights));
  }
  void compile_layer(int i, network::ConvTranspose1D const& layer) {
    emit_convolution(
        i, transposed_convolution_pair(backend_, geometry_of(i, layer), layer.kernel, layer.bias, program_.weights));
  }
  void compile_layer(int i, network::Dense const& layer) {
    kernels::DenseShape const forward = {.in_channels = input_of(i).shape.channels, .units = layer.units};
    kernels::DenseShape const backward = {.in_channels = layer.units, .units = forward.in_channels};
    std::vector<float> const exchanged = with_channels_exchanged(layer.kernel, 1, forward.in_channels, layer.units);
    emit(i, DensePair{.forward = forward,
                      .backward = backward,
                      .forward_weights = append_dense(
                          backend_, forward, FoldedWeights(layer.kernel, layer.bias, layer.units), program_.weights),
                      .backward_weights = append_dense(backend_, backward, FoldedWeights(exchanged, {}, backward.units),
                                                       program_.weights)});
  }
  void compile_layer(int i, network::BatchNorm const& layer) {
    std::vector<float> const zeros(layer.shift.size(), 0.0F);
    emit(i, ScaleShiftPair{append_values(layer.scale, program_.weights), append_values(layer.shift, program_.weights),
                           append_values(zeros, program_.weights)});
  }
  void compile_layer(int i, network::Activate const& layer) { emit(i, ActivatePair{layer.activation, layer.alpha}); }
  void compile_layer(int i, network::Pool const& layer) {
    network::Sliding const sliding = network::slide(layer, input_of(i).shape.positions);
    emit(i, PoolPair{{.kind = layer.kind,
                      .width = layer.width,
                      .stride = layer.stride,
                      .padding = sliding.pad_left,
                      .count_padding = layer.padding == network::Padding::counted && layer.count_padding,
                      .padding_behind = layer.pad_right}});
  }
  void compile_layer(int i, network::GlobalPool const& layer) { emit(i, GlobalPoolPair{layer.kind}); }

  void emit_moves(int i, std::vector<kernels::Accumulation> forward) {
    MovePair pair{.forward = std::move(forward), .backward = {}};
    std::vector<DifferentiableOperand> inputs;
    for (std::size_t which = 0; which < pair.forward.size(); ++which) {
      pair.backward.push_back(transposed(pair.forward[which]));
      inputs.push_back(input_of(i, which));
    }
    emit(i, std::move(pair), std::move(inputs));
  }
  void compile_layer(int i, network::Add const&) {
    std::vector<kernels::Accumulation> moves;
    for (std::size_t which = 0; which < node_at(i).inputs.size(); ++which) {
      moves.push_back(broadcast(input_of(i, which).shape, node_at(i).shape));
    }
    emit_moves(i, std::move(moves));
  }
  void compile_layer(int i, network::Concatenate const& layer) {
    std::vector<kernels::Accumulation> moves;
    for (std::int64_t start = 0; std::size_t which : indices(node_at(i).inputs)) {
      network::Shape const shape = input_of(i, which).shape;
      moves.push_back(placed(shape, node_at(i).shape, layer.axis, start));
      start += layer.axis == network::Axis::positions ? shape.positions : shape.channels;
    }
    emit_moves(i, std::move(moves));
  }
  static std::vector<std::size_t> indices(std::vector<int> const& inputs) {
    std::vector<std::size_t> all;
    for (std::size_t which = 0; which < inputs.size(); ++which) all.push_back(which);
    return all;
  }
  void compile_layer(int i, network::Slice const& layer) {
    emit_moves(i, {sliced(layer, input_of(i).shape, node_at(i).shape)});
  }
  void compile_layer(int i, network::Pad const& layer) {
    network::Shape const shape = node_at(i).shape;
    DifferentiableOperand const input = input_of(i);
    kernels::Accumulation const inner = placed(input.shape, shape, network::Axis::positions, layer.left);
    if (layer.value == 0.0F) {
      emit_moves(i, {inner});
      return;
    }
    // Moves add their elements; around the input stands a constant, which is zero where the input goes.
    std::vector<float> frame(static_cast<std::size_t>(shape.size()), layer.value);
    auto const first = frame.begin() + layer.left * shape.channels;
    std::fill(first, first + input.shape.size(), 0.0F);
    emit(i, ConstantPair{append_values(frame, program_.weights)}, {});
    DifferentiableOperand const around = operands_[at(i)];
    kernels::Accumulation const whole = broadcast(shape, shape);
    emit(i, MovePair{.forward = {inner, whole}, .backward = {transposed(inner), transposed(whole)}}, {input, around});
  }
  void compile_layer(int i, network::Transpose const&) { emit_moves(i, {with_axes_exchanged(input_of(i).shape)}); }
  void compile_layer(int i, network::Reduce const& layer) {
    if (layer.kind == network::Reduction::mean || layer.kind == network::Reduction::sum) {
      network::Shape const shape = input_of(i).shape;
      std::int64_t const count = layer.axis == network::Axis::positions ? shape.positions : shape.channels;
      float const scale = layer.kind == network::Reduction::sum ? 1.0F : 1.0F / static_cast<float>(count);
      emit_moves(i, {summed(shape, layer.axis, scale)});
    } else if (layer.kind == network::Reduction::max && layer.axis == network::Axis::positions) {
      emit(i, GlobalPoolPair{network::PoolKind::max});
    } else {
      emit(i, ReducePair{layer.kind, layer.axis}, {input_of(i)}, layer.kind == network::Reduction::max);
    }
  }
  void compile_layer(int i, network::TopK const& layer) {
    emit(i, TopKPair{layer.axis, layer.largest}, {input_of(i)}, true);
  }
  void compile_layer(int i, network::Hardmax const&) { refuse(i, "which element is the largest changes in steps"); }
  void compile_layer(int i, network::Softmax const& layer) { emit(i, SoftmaxPair{layer.axis}); }
  void compile_layer(int i, network::LayerNorm const& layer) {
    auto const channels = static_cast<std::size_t>(input_of(i).shape.channels);
    std::vector<float> const ones(channels, 1.0F), zeros(channels, 0.0F);
    std::size_t const scale = append_values(layer.scale.empty() ? ones : layer.scale, program_.weights);
    std::size_t const shift = append_values(layer.shift.empty() ? zeros : layer.shift, program_.weights);
    emit(i, LayerNormPair{scale, shift, layer.epsilon});
  }
  void compile_layer(int i, network::MatrixProduct const& layer) {
    reserve_mean(input_of(i, 0));
    reserve_mean(input_of(i, 1));
    emit(i, ProductPair{layer.product}, {input_of(i, 0), input_of(i, 1)});
  }
  void compile_layer(int i, network::Recurrence const& layer) {
    emit(i, RecurrencePair{layer.recurrence, append_recurrence(backend_, layer, program_.weights)}, {input_of(i)},
         true);
  }
  void compile_layer(int i, network::Permute const& layer) {
    emit(i, PermutePair{permuted_axes(layer), permuted_back(layer)});
  }
  // Two inputs at a time, from the first on.
  void compile_layer(int i, network::Multiply const&) {
    DifferentiableOperand product = input_of(i);
    for (std::size_t which = 1; which < node_at(i).inputs.size(); ++which) {
      emit_product(i, product, input_of(i, which));
      product = operands_[at(i)];
    }
  }
  void emit_product(int i, DifferentiableOperand const& first, DifferentiableOperand const& second) {
    network::Shape const shape = {std::max(first.shape.positions, second.shape.positions),
                                  std::max(first.shape.channels, second.shape.channels)};
    kernels::Accumulation const forward = multiplied(first.shape, second.shape, shape);
    kernels::Accumulation const exchanged = multiplied(second.shape, first.shape, shape);
    reserve_mean(first);
    reserve_mean(second);
    emit_value(i, shape, MultiplyPair{forward, {transposed(forward), transposed(exchanged)}}, {first, second}, false);
  }
};

}  // namespace

GradientProgram make_gradient_program(device::Backend const& backend, network::Network const& network,
                                      std::vector<network::Task> const& tasks) {
  return GradientCompiler(backend, network).run(tasks);
}

}  // namespace shoal::inference
