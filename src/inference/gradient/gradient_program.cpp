// SPDX-License-Identifier: MIT
#include "inference/gradient/gradient_program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "inference/forward/program_builder.hpp"
#include "inference/forward/weights.hpp"
#include "inference/gradient/filters.hpp"
#include "inference/gradient/moves.hpp"
#include "inference/gradient/order.hpp"
#include "network/shapes.hpp"

namespace shoal::inference {

namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class Planner {
 public:
  Planner(device::Backend const& backend, network::Network const& network)
      : backend_(backend),
        network_(network),
        is_needed_(network.nodes.size(), false),
        operands_(network.nodes.size()) {}

  GradientPlan run(std::vector<network::Task> const& tasks) {
    find_needed(tasks);
    for (int i = 0; i < static_cast<int>(network_.nodes.size()); ++i) {
      if (is_needed_[at(i)]) plan_node(i);
    }
    std::map<std::set<int>, std::size_t> program_of;
    for (network::Task const& task : tasks) {
      std::set<int> nodes;
      GradientTask planned;
      for (network::TaskTerm const& term : network::terms_of(network_, task)) {
        nodes.insert(term.node);
        planned.terms.push_back({operands_[at(term.node)], term.part, term.weight});
        using enum kernels::ReadoutKind;
        bool const is_held = term.part.kind == centred || term.part.kind == centred_joint;
        planned.holds_weights = planned.holds_weights || is_held;
        planned.is_component = task.component;
      }
      auto const [found, is_new] = program_of.try_emplace(nodes, plan_.programs.size());
      if (is_new) plan_.programs.push_back(program_from(nodes));
      planned.program = found->second;
      plan_.tasks.push_back(std::move(planned));
    }
    lay_out_memory(plan_);
    return std::move(plan_);
  }

 private:
  network::Node const& node_at(int i) const { return network_.nodes[at(i)]; }
  DifferentiableOperand const& input_of(int i, std::size_t which = 0) const {
    return operands_[at(node_at(i).inputs[which])];
  }

  void find_needed(std::vector<network::Task> const& tasks) {
    for (network::Task const& task : tasks) {
      if (!network::reads_from(task, network_)) {
        fail(ErrorCode::config, fmt::format("task '{}' is not in the network {}", task.name, network_.source));
      }
      for (network::TaskTerm const& term : network::terms_of(network_, task)) is_needed_[at(term.node)] = true;
    }
    is_needed_.front() = true;
    for (int i = static_cast<int>(network_.nodes.size()) - 1; i >= 0; --i) {
      if (!is_needed_[at(i)]) continue;
      for (int const input : node_at(i).inputs) is_needed_[at(input)] = true;
    }
  }

  [[noreturn]] void refuse(int i, std::string const& why) const {
    fail(ErrorCode::config, fmt::format("layer '{}' ({}) of {} has no gradient yet: {}", node_at(i).name,
                                        node_at(i).class_name, network_.source, why));
  }

  DifferentiableOperand new_value(network::Shape shape, bool depends) {
    plan_.values.push_back({.shape = shape});
    plan_.adjoints.push_back({.shape = shape});
    depends_on_input_.push_back(depends);
    return {static_cast<int>(plan_.values.size()) - 1, shape};
  }

  void emit_value(int i, network::Shape shape, OperationPair operation, std::vector<DifferentiableOperand> inputs,
                  bool has_no_rescale) {
    bool const depends =
        std::any_of(inputs.begin(), inputs.end(), [this](auto const& input) { return depends_on(input); });
    operands_[at(i)] = new_value(shape, depends);
    plan_.steps.push_back({std::move(operation), std::move(inputs), operands_[at(i)], node_at(i).name, has_no_rescale});
  }
  void emit(int i, OperationPair operation, std::vector<DifferentiableOperand> inputs, bool has_no_rescale = false) {
    emit_value(i, node_at(i).shape, std::move(operation), std::move(inputs), has_no_rescale);
  }
  void emit(int i, OperationPair operation) { emit(i, std::move(operation), {input_of(i)}); }

  bool depends_on(DifferentiableOperand const& operand) const { return depends_on_input_[at(operand.value)]; }

  // The rows around a value or an adjoint that a convolution of it reads.
  static void widen(GradientSlot& slot, network::Shape seen_as, std::int64_t rows) {
    std::int64_t const floats = rows * seen_as.channels;
    slot.margin = std::max(slot.margin, (floats + slot.shape.channels - 1) / slot.shape.channels);
  }

  void plan_node(int i) {
    std::visit([this, i](auto const& layer) { plan_layer(i, layer); }, node_at(i).layer);
  }

  void plan_layer(int i, network::InputLayer const&) {
    if (i != 0) refuse(i, "it is a second input");
    operands_.front() = new_value(node_at(i).shape, true);
  }
  void plan_layer(int i, network::Constant const& layer) {
    emit(i, ConstantPair{append_values(layer.values, plan_.weights)}, {});
  }
  void plan_same_memory(int i) { operands_[at(i)] = {input_of(i).value, node_at(i).shape}; }
  void plan_layer(int i, network::Identity const&) { plan_same_memory(i); }
  void plan_layer(int i, network::Flatten const&) { plan_same_memory(i); }
  void plan_layer(int i, network::Reshape const&) { plan_same_memory(i); }

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
  void plan_layer(int i, network::Conv1D const& layer) {
    emit_convolution(i, convolution_pair(backend_, geometry_of(i, layer), layer.kernel, layer.bias, plan_.weights));
  }
  void plan_layer(int i, network::ConvTranspose1D const& layer) {
    emit_convolution(
        i, transposed_convolution_pair(backend_, geometry_of(i, layer), layer.kernel, layer.bias, plan_.weights));
  }
  void emit_convolution(int i, ConvolvePair const& pair) {
    DifferentiableOperand const input = input_of(i);
    emit(i, pair);
    DifferentiableOperand const output = operands_[at(i)];
    reserve_rows(plan_.values, input, pair.forward, pair.forward_spread, output.shape.positions);
    reserve_rows(plan_.adjoints, output, pair.backward, pair.backward_spread, input.shape.positions);
    if (pair.forward_parts.size() > 1) reserve_part(output);
    if (pair.backward_parts.size() > 1) reserve_part(input);
  }
  void reserve_part(DifferentiableOperand const& of) {
    plan_.part_floats = std::max(plan_.part_floats, of.shape.size());
  }
  // Margins that a convolution reads, or memory for its spread copy.
  void reserve_rows(std::vector<GradientSlot>& slots, DifferentiableOperand const& read,
                    kernels::ConvolutionShape const& shape, std::int64_t spread, std::int64_t output_positions) {
    std::int64_t const positions = spread_positions(read.shape.positions, spread);
    std::int64_t const rows = rows_outside(shape, positions, output_positions);
    if (spread == 1) {
      widen(slots[at(read.value)], read.shape, rows);
    } else {
      plan_.spread_floats = std::max(plan_.spread_floats, (positions + 2 * rows) * read.shape.channels);
    }
  }

  void plan_layer(int i, network::Dense const& layer) {
    kernels::DenseShape const forward = {.in_channels = input_of(i).shape.channels, .units = layer.units};
    kernels::DenseShape const backward = {.in_channels = layer.units, .units = forward.in_channels};
    std::vector<float> const exchanged = with_channels_exchanged(layer.kernel, 1, forward.in_channels, layer.units);
    emit(i, DensePair{.forward = forward,
                      .backward = backward,
                      .forward_weights = append_dense(
                          backend_, forward, FoldedWeights(layer.kernel, layer.bias, layer.units), plan_.weights),
                      .backward_weights = append_dense(backend_, backward, FoldedWeights(exchanged, {}, backward.units),
                                                       plan_.weights)});
  }
  void plan_layer(int i, network::BatchNorm const& layer) {
    std::vector<float> const zeros(layer.shift.size(), 0.0F);
    emit(i, ScaleShiftPair{append_values(layer.scale, plan_.weights), append_values(layer.shift, plan_.weights),
                           append_values(zeros, plan_.weights)});
  }
  void plan_layer(int i, network::Activate const& layer) { emit(i, ActivatePair{layer.activation, layer.alpha}); }
  void plan_layer(int i, network::Pool const& layer) {
    network::Sliding const sliding = network::slide(layer, input_of(i).shape.positions);
    emit(i, PoolPair{{.kind = layer.kind,
                      .width = layer.width,
                      .stride = layer.stride,
                      .padding = sliding.pad_left,
                      .count_padding = layer.padding == network::Padding::counted && layer.count_padding,
                      .padding_behind = layer.pad_right}});
  }
  void plan_layer(int i, network::GlobalPool const& layer) { emit(i, GlobalPoolPair{layer.kind}); }

  void emit_moves(int i, std::vector<kernels::Accumulation> forward) {
    MovePair pair{.forward = std::move(forward), .backward = {}};
    std::vector<DifferentiableOperand> inputs;
    for (std::size_t which = 0; which < pair.forward.size(); ++which) {
      pair.backward.push_back(transposed(pair.forward[which]));
      inputs.push_back(input_of(i, which));
    }
    emit(i, std::move(pair), std::move(inputs));
  }
  void plan_layer(int i, network::Add const&) {
    std::vector<kernels::Accumulation> moves;
    for (std::size_t which = 0; which < node_at(i).inputs.size(); ++which) {
      moves.push_back(broadcast(input_of(i, which).shape, node_at(i).shape));
    }
    emit_moves(i, std::move(moves));
  }
  void plan_layer(int i, network::Concatenate const& layer) {
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
  void plan_layer(int i, network::Slice const& layer) {
    emit_moves(i, {sliced(layer, input_of(i).shape, node_at(i).shape)});
  }
  void plan_layer(int i, network::Pad const& layer) {
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
    emit(i, ConstantPair{append_values(frame, plan_.weights)}, {});
    DifferentiableOperand const around = operands_[at(i)];
    kernels::Accumulation const whole = broadcast(shape, shape);
    emit(i, MovePair{.forward = {inner, whole}, .backward = {transposed(inner), transposed(whole)}}, {input, around});
  }
  void plan_layer(int i, network::Transpose const&) { emit_moves(i, {with_axes_exchanged(input_of(i).shape)}); }
  void plan_layer(int i, network::Reduce const& layer) {
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
  void plan_layer(int i, network::TopK const& layer) {
    emit(i, TopKPair{layer.axis, layer.largest}, {input_of(i)}, true);
  }
  void plan_layer(int i, network::Hardmax const&) { refuse(i, "which element is the largest changes in steps"); }
  void plan_layer(int i, network::Softmax const& layer) { emit(i, SoftmaxPair{layer.axis}); }
  void plan_layer(int i, network::LayerNorm const& layer) {
    auto const channels = static_cast<std::size_t>(input_of(i).shape.channels);
    std::vector<float> const ones(channels, 1.0F), zeros(channels, 0.0F);
    std::size_t const scale = append_values(layer.scale.empty() ? ones : layer.scale, plan_.weights);
    std::size_t const shift = append_values(layer.shift.empty() ? zeros : layer.shift, plan_.weights);
    emit(i, LayerNormPair{scale, shift, layer.epsilon});
  }
  void plan_layer(int i, network::MatrixProduct const& layer) {
    reserve_mean(input_of(i, 0));
    reserve_mean(input_of(i, 1));
    emit(i, ProductPair{layer.product}, {input_of(i, 0), input_of(i, 1)});
  }
  void plan_layer(int i, network::Recurrence const& layer) {
    emit(i, RecurrencePair{layer.recurrence, append_recurrence(backend_, layer, plan_.weights)}, {input_of(i)}, true);
  }
  void plan_layer(int i, network::Permute const& layer) {
    emit(i, PermutePair{permuted_axes(layer), permuted_back(layer)});
  }
  // Two inputs at a time, from the first on.
  void plan_layer(int i, network::Multiply const&) {
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

  // Memory for the mean of a factor and its reference, which DeepLIFT's rule uses for a product.
  void reserve_mean(DifferentiableOperand const& factor) {
    plan_.spread_floats = std::max(plan_.spread_floats, factor.shape.size());
  }

  BackwardProgram program_from(std::set<int> const& nodes) const {
    std::vector<DifferentiableOperand> seeds;
    for (int const node : nodes) seeds.push_back(operands_[at(node)]);
    return make_backward_program(plan_, seeds, depends_on_input_);
  }

  device::Backend const& backend_;
  network::Network const& network_;
  std::vector<bool> is_needed_;                  // for each node
  std::vector<DifferentiableOperand> operands_;  // for each node that was planned
  std::vector<bool> depends_on_input_;           // for each value
  GradientPlan plan_;
};

}  // namespace

GradientPlan make_gradient_plan(device::Backend const& backend, network::Network const& network,
                                std::vector<network::Task> const& tasks) {
  return Planner(backend, network).run(tasks);
}

}  // namespace shoal::inference
