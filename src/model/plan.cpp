// SPDX-License-Identifier: MIT
#include "model/plan.hpp"

#include <fmt/core.h>

#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/plan_memory.hpp"
#include "model/plan_weights.hpp"
#include "model/shapes.hpp"

namespace shoal::model {

namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class Planner {
 public:
  Planner(device::Backend const& backend, Network const& network, std::vector<Task> const& tasks)
      : backend_(backend),
        network_(network),
        depth_first_(backend.kind() == device::BackendKind::cpu),
        readers_(network.nodes.size()),
        is_read_by_task_(network.nodes.size(), false),
        is_absorbed_(network.nodes.size(), false),
        operands_(network.nodes.size()) {
    find_readers(tasks);
  }

  Plan run(std::vector<Task> const& tasks) {
    for (int i = 0; i < static_cast<int>(network_.nodes.size()); ++i) {
      if (is_needed(i) && !is_absorbed_[at(i)]) plan_node(i);
    }
    for (Task const& task : tasks) plan_task(task);
    lay_out_memory(plan_);
    return std::move(plan_);
  }

 private:
  // What follows a convolution or dense layer and is computed with it.
  struct Fusion {
    FoldedWeights weights;
    kernels::Epilogue epilogue;
    bool has_activation = false;
    int last = -1;  // the last node that it covers
  };

  bool is_needed(int node) const { return is_read_by_task_[at(node)] || !readers_[at(node)].empty(); }

  void find_readers(std::vector<Task> const& tasks) {
    for (Task const& task : tasks) {
      if (!reads_from(task, network_)) {
        fail(ErrorCode::config, "task '" + task.name + "' is not in the network " + network_.source);
      }
      if (task.terms.empty()) is_read_by_task_[at(task.node)] = true;
      for (TaskTerm const& term : task.terms) is_read_by_task_[at(term.node)] = true;
    }
    for (int i = static_cast<int>(network_.nodes.size()) - 1; i >= 0; --i) {
      if (!is_needed(i)) continue;
      for (int const input : network_.nodes[at(i)].inputs) readers_[at(input)].push_back(i);
    }
  }

  void plan_task(Task const& task) {
    if (task.terms.empty()) {
      emit(TakeStep{task.track, plan_.columns}, value_of(task.node), Operand{});
    }
    for (TaskTerm const& term : task.terms) {
      bool const is_first = &term == &task.terms.front();
      emit(ReadoutStep{term.part, term.weight, is_first, plan_.columns}, value_of(term.node), Operand{});
    }
    plan_.columns += task.columns();
  }

  void plan_node(int i) {
    std::visit([this, i](auto const& layer) { plan_layer(i, layer); }, network_.nodes[at(i)].layer);
  }

  Shape const& input_shape(int i) const { return network_.nodes[at(network_.nodes[at(i)].first_input())].shape; }
  Operand input_of(int i) { return value_of(network_.nodes[at(i)].first_input()); }

  // The operand of a node, the one-hot values where it is the packed sequences.
  Operand value_of(int i) {
    Operand& operand = operands_[at(i)];
    if (operand.value < 0) {
      if (one_hot_.value < 0) {
        one_hot_ = new_value(operand.shape);
        emit(ExpandCodesStep{}, Operand{-1, operand.shape}, one_hot_);
      }
      operand.value = one_hot_.value;
    }
    return operand;
  }

  Operand new_value(Shape shape) {
    plan_.values.push_back({.shape = shape});
    is_made_by_tile_step_.push_back(false);
    return {static_cast<int>(plan_.values.size()) - 1, shape};
  }

  void emit(Operation operation, Operand const& input, Operand const& output) {
    bool const follows_tile_step = input.value >= 0 && is_made_by_tile_step_[at(input.value)];
    bool const is_flat_dense = std::holds_alternative<DenseStep>(operation) && input.shape.positions == 1;
    bool const is_tile_step = !depth_first_ || follows_tile_step || is_flat_dense;
    if (output.value >= 0) is_made_by_tile_step_[at(output.value)] = is_tile_step;
    (is_tile_step ? plan_.tile_steps : plan_.sequence_steps).push_back({std::move(operation), input, output});
  }

  // Emits a step whose value is that of node `i`.
  void emit_for(int i, Operation operation, Operand const& input) {
    operands_[at(i)] = new_value(network_.nodes[at(i)].shape);
    emit(std::move(operation), input, operands_[at(i)]);
  }

  bool absorb(Fusion& fusion, int next, bool is_convolution) const {
    Node const& node = network_.nodes[at(next)];
    if (std::holds_alternative<Identity>(node.layer)) return true;
    if (auto const* norm = std::get_if<BatchNorm>(&node.layer)) {
      if (fusion.has_activation || fusion.epilogue.pool > 1) return false;
      fusion.weights.fold(*norm);
      return true;
    }
    if (auto const* activate = std::get_if<Activate>(&node.layer)) {
      if (fusion.has_activation || activate->activation > Activation::elu) return false;
      fusion.has_activation = true;
      fusion.epilogue.activation = activate->activation;
      fusion.epilogue.alpha = activate->alpha;
      return true;
    }
    auto const* pool = std::get_if<Pool>(&node.layer);
    if (pool == nullptr || !is_convolution || fusion.epilogue.pool > 1) return false;
    // The epilogue pools before it activates, which is the same only for functions that do not decrease.
    bool const decreases = fusion.epilogue.activation == Activation::elu && fusion.epilogue.alpha < 0.0F;
    Sliding const sliding = slide(*pool, input_shape(next).positions);
    bool const is_padded = sliding.pad_left > 0 || sliding.positions * pool->width > input_shape(next).positions;
    if (pool->kind != PoolKind::max || pool->stride != pool->width || decreases || is_padded) return false;
    if (!device::dispatch(backend_, [&](auto const& s) { return kernels::fuses_max_pool(s, pool->width); }))
      return false;
    fusion.epilogue.pool = pool->width;
    return true;
  }

  Fusion fuse(int i, FoldedWeights weights, bool is_convolution) {
    Fusion fusion{.weights = std::move(weights), .epilogue = {}, .last = i};
    while (!is_read_by_task_[at(fusion.last)] && readers_[at(fusion.last)].size() == 1) {
      int const next = readers_[at(fusion.last)].front();
      if (!absorb(fusion, next, is_convolution)) break;
      is_absorbed_[at(next)] = true;
      fusion.last = next;
    }
    return fusion;
  }

  [[noreturn]] void refuse(int i) const {
    Node const& node = network_.nodes[at(i)];
    fail(ErrorCode::input, fmt::format("layer {} of class {} in {} has no kernel yet", quoted(node.name),
                                       quoted(node.class_name), network_.source));
  }

  template <class OtherLayer>
  void plan_layer(int i, OtherLayer const&) {
    refuse(i);
  }
  void plan_layer(int i, InputLayer const&) { operands_[at(i)] = {-1, network_.nodes[at(i)].shape}; }
  void plan_layer(int i, Identity const&) { operands_[at(i)] = operands_[at(network_.nodes[at(i)].first_input())]; }
  void plan_layer(int i, Flatten const&) { operands_[at(i)] = {input_of(i).value, network_.nodes[at(i)].shape}; }

  void plan_layer(int i, Conv1D const& layer) {
    Shape const shape = input_shape(i);
    Fusion const fusion = fuse(i, FoldedWeights(layer.kernel, layer.bias, layer.filters), true);
    if (layer.groups != 1) refuse(i);
    Sliding const sliding = slide(layer, shape.positions);
    kernels::ConvolutionShape const convolution = {.in_channels = shape.channels,
                                                   .filters = layer.filters,
                                                   .width = layer.width,
                                                   .stride = layer.stride,
                                                   .dilation = layer.dilation,
                                                   .padding = sliding.pad_left};
    Operand const input = operands_[at(network_.nodes[at(i)].first_input())];
    if (input.value < 0) {
      std::size_t const filters = append_code_filters(backend_, convolution, fusion.weights, plan_.weights);
      emit_for(fusion.last, ConvolveCodesStep{convolution, fusion.epilogue, filters}, input);
    } else {
      std::size_t const filters = append_filters(backend_, convolution, fusion.weights, plan_.weights);
      emit_for(fusion.last, ConvolveStep{convolution, fusion.epilogue, filters}, input);
    }
  }

  void plan_layer(int i, Dense const& layer) {
    Fusion const fusion = fuse(i, FoldedWeights(layer.kernel, layer.bias, layer.units), false);
    kernels::DenseShape const shape = {.in_channels = input_shape(i).channels,
                                       .units = layer.units,
                                       .activation = fusion.epilogue.activation,
                                       .alpha = fusion.epilogue.alpha};
    std::size_t const weights = append_dense(backend_, shape, fusion.weights, plan_.weights);
    emit_for(fusion.last, DenseStep{shape, weights}, input_of(i));
  }

  void plan_layer(int i, BatchNorm const& layer) {
    std::size_t const scale = append_values(layer.scale, plan_.weights);
    std::size_t const shift = append_values(layer.shift, plan_.weights);
    emit_for(i, ScaleShiftStep{scale, shift}, input_of(i));
  }

  void plan_layer(int i, Activate const& layer) {
    if (layer.activation > Activation::elu) refuse(i);
    emit_for(i, ActivateStep{layer.activation, layer.alpha}, input_of(i));
  }

  void plan_layer(int i, Pool const& layer) {
    if (layer.round_up || layer.count_padding) refuse(i);
    Sliding const sliding = slide(layer, input_shape(i).positions);
    emit_for(i, PoolStep{{layer.kind, layer.width, layer.stride, sliding.pad_left}}, input_of(i));
  }

  void plan_layer(int i, GlobalPool const& layer) { emit_for(i, GlobalPoolStep{layer.kind}, input_of(i)); }

  device::Backend const& backend_;
  Network const& network_;
  bool const depth_first_;
  std::vector<std::vector<int>> readers_;  // of each node, among the nodes that are needed
  std::vector<bool> is_read_by_task_;
  std::vector<bool> is_absorbed_;
  std::vector<Operand> operands_;           // of each node that was planned
  std::vector<bool> is_made_by_tile_step_;  // of each value
  Operand one_hot_;
  Plan plan_;
};

}  // namespace

Plan make_plan(device::Backend const& backend, Network const& network, std::vector<Task> const& tasks) {
  return Planner(backend, network, tasks).run(tasks);
}

}  // namespace shoal::model
