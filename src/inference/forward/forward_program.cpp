// SPDX-License-Identifier: MIT
#include "inference/forward/forward_program.hpp"

#include "base/index.hpp"
#include "inference/forward/fusion.hpp"
#include "inference/forward/long_sums.hpp"
#include "inference/forward/program_builder.hpp"
#include "inference/forward/value_readers.hpp"
#include "inference/forward/weights.hpp"
#include "network/shapes.hpp"

namespace shoal::inference {

namespace {

class ForwardCompiler {
 public:
  ForwardCompiler(device::Backend const& backend, network::Network const& network,
                  std::vector<network::Task> const& tasks, kernels::Precision precision)
      : builder_(backend),
        precision_(precision),
        network_(network),
        readers_(network, tasks),
        operands_(network.nodes.size()),
        fuser_(backend, network, readers_, operands_) {}

  ForwardProgram run(std::vector<network::Task> const& tasks) {
    for (int i = 0; i < static_cast<int>(network_.nodes.size()); ++i) {
      if (readers_.is_needed(i) && !fuser_.is_absorbed(i)) compile_node(i);
    }
    for (network::Task const& task : tasks) compile_task(task);
    return builder_.finish();
  }

 private:
  void compile_task(network::Task const& task) {
    std::int64_t const column = builder_.take_columns(task.columns());
    if (task.terms.empty()) {
      builder_.emit(TakeStep{task.track, column}, value_of(task.node), Operand{});
    }
    for (network::TaskTerm const& term : task.terms) {
      bool const is_first = &term == &task.terms.front();
      builder_.emit(ReadoutStep{term.part, term.weight, is_first, column}, value_of(term.node), Operand{});
    }
  }

  void compile_node(int i) {
    std::visit([this, i](auto const& layer) { compile_layer(i, layer); }, network_.nodes[at(i)].layer);
  }

  network::Shape const& shape_of(int i) const { return network_.nodes[at(i)].shape; }
  network::Shape const& input_shape(int i) const { return shape_of(network_.nodes[at(i)].first_input()); }
  Operand input_of(int i) { return value_of(network_.nodes[at(i)].first_input()); }

  // The operand of a node, the one-hot values where it is the packed sequences.
  Operand value_of(int i) {
    Operand& operand = operands_[at(i)];
    if (operand.value < 0) {
      if (one_hot_.value < 0) {
        one_hot_ = builder_.new_value(operand.shape);
        builder_.emit(ExpandCodesStep{}, Operand{-1, operand.shape}, one_hot_);
      }
      operand.value = one_hot_.value;
    }
    return operand;
  }

  // Emits a step whose value is that of node `i`.
  void emit_for(int i, Operation operation, Operand const& input, bool on_tile = false, Operand const& other = {}) {
    operands_[at(i)] = builder_.new_value(shape_of(i));
    builder_.emit(std::move(operation), input, operands_[at(i)], on_tile, other);
  }

  void compile_layer(int i, network::InputLayer const&) { operands_[at(i)] = {-1, shape_of(i)}; }
  void compile_layer(int i, network::Identity const&) {
    operands_[at(i)] = operands_[at(network_.nodes[at(i)].first_input())];
  }
  void compile_layer(int i, network::Flatten const&) { operands_[at(i)] = {input_of(i).value, shape_of(i)}; }
  void compile_layer(int i, network::Reshape const&) { operands_[at(i)] = {input_of(i).value, shape_of(i)}; }

  void compile_layer(int i, network::Constant const& layer) {
    emit_for(i, ConstantStep{append_values(layer.values, builder_.weights())}, Operand{});
  }

  void compile_layer(int i, network::Conv1D const& layer) {
    kernels::ConvolutionShape const shape = {.in_channels = input_shape(i).channels,
                                             .filters = layer.filters,
                                             .width = layer.width,
                                             .stride = layer.stride,
                                             .dilation = layer.dilation,
                                             .padding = network::slide(layer, input_shape(i).positions).pad_left,
                                             .groups = layer.groups};
    compile_convolution(i, shape, FoldedWeights(layer.kernel, layer.bias, layer.filters),
                        operands_[at(network_.nodes[at(i)].first_input())]);
  }

  void compile_layer(int i, network::ConvTranspose1D const& layer) {
    network::Shape const input = input_shape(i);
    kernels::ConvolutionShape const shape = {
        .in_channels = input.channels,
        .filters = layer.filters,
        .width = layer.width,
        .dilation = layer.dilation,
        .padding = (layer.width - 1) * layer.dilation - network::slide(layer, input.positions).pad_left,
        .groups = layer.groups};
    Operand spread = operands_[at(network_.nodes[at(i)].first_input())];
    if (layer.stride > 1) {
      Operand const values = input_of(i);
      spread = builder_.new_value({(input.positions - 1) * layer.stride + 1, input.channels});
      builder_.emit(FillStep{}, Operand{}, spread, builder_.is_made_on_tile(values));
      builder_.emit(spread_step(layer.stride, input), values, spread);
    }
    compile_convolution(i, shape, FoldedWeights(reversed_taps(layer), layer.bias, layer.filters), spread);
  }

  void compile_convolution(int i, kernels::ConvolutionShape shape, FoldedWeights weights, Operand input) {
    bool const in_parts = input.value >= 0 && needs_parts(shape);
    Fusion const fusion = fuser_.fuse(i, std::move(weights), shape.groups == 1 && !in_parts);
    if (in_parts) {
      shape.precision = precision_;
      network::Activate const activate{fusion.epilogue.activation, fusion.epilogue.alpha};
      operands_[at(fusion.last)] = emit_parts(builder_, shape, fusion.weights, activate, input, shape_of(fusion.last));
    } else if (fusion.addend.value < 0 && input.value < 0 && shape.groups == 1 && shape.padding >= 0) {
      std::size_t const filters = append_code_filters(builder_.backend(), shape, fusion.weights, builder_.weights());
      emit_for(fusion.last, ConvolveCodesStep{shape, fusion.epilogue, filters}, input);
    } else {
      if (input.value < 0) input = input_of(i);
      shape.precision = precision_;
      std::size_t const filters = append_filters(builder_.backend(), shape, fusion.weights, builder_.weights());
      emit_for(fusion.last, ConvolveStep{shape, fusion.epilogue, filters}, input, false, fusion.addend);
    }
  }

  void compile_layer(int i, network::Dense const& layer) {
    Fusion const fusion = fuser_.fuse(i, FoldedWeights(layer.kernel, layer.bias, layer.units), false);
    kernels::DenseShape const shape = {.in_channels = input_shape(i).channels,
                                       .units = layer.units,
                                       .activation = fusion.epilogue.activation,
                                       .alpha = fusion.epilogue.alpha,
                                       .precision = precision_};
    std::size_t const weights = append_dense(builder_.backend(), shape, fusion.weights, builder_.weights());
    bool const on_tile = shape_of(i).positions == 1 && !readers_.meets_positions(i);
    emit_for(fusion.last, DenseStep{shape, weights}, input_of(i), on_tile);
  }

  void compile_layer(int i, network::BatchNorm const& layer) {
    std::size_t const scale = append_values(layer.scale, builder_.weights());
    std::size_t const shift = append_values(layer.shift, builder_.weights());
    Operand const input = input_of(i);
    int last = i;
    network::Activate const activate = fuser_.take_activation(i, last);
    emit_for(last, ScaleShiftStep{scale, shift, activate}, input);
  }

  void compile_layer(int i, network::LayerNorm const& layer) {
    auto const channels = static_cast<std::size_t>(shape_of(i).channels);
    auto const append = [&](std::vector<float> const& values, float missing) {
      return append_values(values.empty() ? std::vector<float>(channels, missing) : values, builder_.weights());
    };
    std::size_t const scale = append(layer.scale, 1.0F);
    emit_for(i, LayerNormStep{scale, append(layer.shift, 0.0F), layer.epsilon}, input_of(i));
  }

  void compile_layer(int i, network::Activate const& layer) {
    emit_for(i, ActivateStep{layer.activation, layer.alpha}, input_of(i));
  }
  void compile_layer(int i, network::Softmax const& layer) { emit_for(i, SoftmaxStep{layer.axis}, input_of(i)); }

  void compile_layer(int i, network::Pool const& layer) {
    bool const counted = layer.padding == network::Padding::counted;
    kernels::PoolShape const shape = {.kind = layer.kind,
                                      .width = layer.width,
                                      .stride = layer.stride,
                                      .padding = network::slide(layer, input_shape(i).positions).pad_left,
                                      .count_padding = counted && layer.count_padding,
                                      .padding_behind = layer.pad_right};
    emit_for(i, PoolStep{shape}, input_of(i));
  }
  void compile_layer(int i, network::GlobalPool const& layer) { emit_for(i, GlobalPoolStep{layer.kind}, input_of(i)); }

  void compile_layer(int i, network::Reduce const& layer) {
    bool const is_pool = layer.axis == network::Axis::positions &&
                         (layer.kind == network::Reduction::mean || layer.kind == network::Reduction::max);
    if (is_pool) {
      emit_for(
          i,
          GlobalPoolStep{layer.kind == network::Reduction::max ? network::PoolKind::max : network::PoolKind::average},
          input_of(i));
    } else {
      emit_for(i, ReduceStep{layer.kind, layer.axis}, input_of(i));
    }
  }

  void compile_layer(int i, network::TopK const& layer) {
    emit_for(i, TopKStep{layer.axis, layer.largest}, input_of(i));
  }
  void compile_layer(int i, network::Hardmax const& layer) { emit_for(i, HardmaxStep{layer.axis}, input_of(i)); }

  void compile_layer(int i, network::Add const&) { compile_combination(i, kernels::Combination::add); }
  void compile_layer(int i, network::Multiply const&) { compile_combination(i, kernels::Combination::multiply); }

  // From left to right.
  void compile_combination(int i, kernels::Combination combination) {
    std::vector<int> const& inputs = network_.nodes[at(i)].inputs;
    if (inputs.size() == 1) {
      operands_[at(i)] = input_of(i);
      return;
    }
    Operand sum = input_of(i);
    for (std::size_t k = 1; k + 1 < inputs.size(); ++k) {
      Operand const next = value_of(inputs[k]);
      Operand const partial =
          builder_.new_value(network::infer_shape(network::Add{}, std::vector<network::Shape>{sum.shape, next.shape}));
      builder_.emit(CombineStep{combination, {}}, sum, partial, false, next);
      sum = partial;
    }
    Operand const last_input = value_of(inputs.back());
    int last = i;
    network::Activate const activate = fuser_.take_activation(i, last);
    emit_for(last, CombineStep{combination, activate}, sum, false, last_input);
  }

  void compile_layer(int i, network::Concatenate const& layer) {
    bool on_tile = false;
    std::vector<Operand> inputs;
    for (int const input : network_.nodes[at(i)].inputs) {
      inputs.push_back(value_of(input));
      on_tile = on_tile || builder_.is_made_on_tile(inputs.back());
    }
    Operand const output = builder_.new_value(shape_of(i));
    std::int64_t offset = 0;
    for (Operand const& input : inputs) {
      builder_.emit(join_step(layer.axis, offset, input.shape, output.shape), input, output, on_tile);
      offset += layer.axis == network::Axis::positions ? input.shape.positions : input.shape.channels;
    }
    operands_[at(i)] = output;
  }

  void compile_layer(int i, network::MatrixProduct const& layer) {
    Operand const left = input_of(i), right = value_of(network_.nodes[at(i)].inputs[1]);
    emit_for(i, ProductStep{layer.product}, left, false, right);
  }
  // On a tile: its weights are read at every position.
  void compile_layer(int i, network::Recurrence const& layer) {
    std::size_t const weights = append_recurrence(builder_.backend(), layer, builder_.weights());
    emit_for(i, RecurrenceStep{layer.recurrence, weights}, input_of(i), true);
  }
  void compile_layer(int i, network::Permute const& layer) {
    emit_for(i, PermuteStep{permuted_axes(layer)}, input_of(i));
  }

  void compile_layer(int i, network::Slice const& layer) {
    emit_for(i, slice_step(layer, input_shape(i)), input_of(i));
  }
  void compile_layer(int i, network::Transpose const&) { emit_for(i, transpose_step(input_shape(i)), input_of(i)); }

  void compile_layer(int i, network::Pad const& layer) {
    Operand const input = input_of(i);
    emit_for(i, FillStep{layer.value}, Operand{}, builder_.is_made_on_tile(input));
    builder_.emit(join_step(network::Axis::positions, layer.left, input.shape, shape_of(i)), input, operands_[at(i)]);
  }

  ProgramBuilder builder_;
  kernels::Precision const precision_;
  network::Network const& network_;
  Readers readers_;
  std::vector<Operand> operands_;  // for each node that was compiled
  Fuser fuser_;
  Operand one_hot_;
};

}  // namespace

ForwardProgram make_forward_program(device::Backend const& backend, network::Network const& network,
                                    std::vector<network::Task> const& tasks, kernels::Precision precision) {
  return ForwardCompiler(backend, network, tasks, precision).run(tasks);
}

}  // namespace shoal::inference
