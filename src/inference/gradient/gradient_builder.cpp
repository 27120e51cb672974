// SPDX-License-Identifier: MIT
#include "inference/gradient/gradient_builder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "inference/gradient/order.hpp"

namespace shoal::inference {

namespace {

// The rows around a value or an adjoint that a convolution of it reads.
void widen(GradientSlot& slot, network::Shape seen_as, std::int64_t rows) {
  std::int64_t const floats = rows * seen_as.channels;
  slot.margin = std::max(slot.margin, (floats + slot.shape.channels - 1) / slot.shape.channels);
}

}  // namespace

GradientBuilder::GradientBuilder(device::Backend const& backend, network::Network const& network)
    : backend_(backend), network_(network), operands_(network.nodes.size()) {}

std::vector<int> GradientBuilder::needed_nodes(std::vector<network::Task> const& tasks) const {
  std::vector<bool> is_needed(network_.nodes.size(), false);
  for (network::Task const& task : tasks) {
    if (!network::reads_from(task, network_)) {
      fail(ErrorCode::config, fmt::format("task '{}' is not in the network {}", task.name, network_.source));
    }
    for (network::TaskTerm const& term : network::terms_of(network_, task)) is_needed[at(term.node)] = true;
  }
  is_needed.front() = true;
  std::vector<int> nodes;
  for (int i = static_cast<int>(network_.nodes.size()) - 1; i >= 0; --i) {
    if (!is_needed[at(i)]) continue;
    nodes.push_back(i);
    for (int const input : node_at(i).inputs) is_needed[at(input)] = true;
  }
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

GradientTask GradientBuilder::task_of(network::Task const& task, std::set<int>& nodes) const {
  GradientTask compiled;
  for (network::TaskTerm const& term : network::terms_of(network_, task)) {
    nodes.insert(term.node);
    compiled.terms.push_back({operands_[at(term.node)], term.part, term.weight});
    using enum kernels::ReadoutKind;
    bool const is_held = term.part.kind == centred || term.part.kind == centred_joint;
    compiled.holds_weights = compiled.holds_weights || is_held;
    compiled.is_component = task.component;
  }
  return compiled;
}

GradientProgram GradientBuilder::finish(std::vector<network::Task> const& tasks) {
  std::map<std::set<int>, std::size_t> program_of;
  for (network::Task const& task : tasks) {
    std::set<int> nodes;
    GradientTask compiled = task_of(task, nodes);
    auto const [found, is_new] = program_of.try_emplace(nodes, program_.backward_programs.size());
    if (is_new) program_.backward_programs.push_back(program_from(nodes));
    compiled.backward_program = found->second;
    program_.tasks.push_back(std::move(compiled));
  }
  lay_out_memory(program_);
  return std::move(program_);
}

network::Node const& GradientBuilder::node_at(int i) const {
  return network_.nodes[at(i)];
}

DifferentiableOperand const& GradientBuilder::input_of(int i, std::size_t which) const {
  return operands_[at(node_at(i).inputs[which])];
}

void GradientBuilder::refuse(int i, std::string const& why) const {
  fail(ErrorCode::config, fmt::format("layer '{}' ({}) of {} has no gradient yet: {}", node_at(i).name,
                                      node_at(i).class_name, network_.source, why));
}

DifferentiableOperand GradientBuilder::new_value(network::Shape shape, bool depends) {
  program_.values.push_back({.shape = shape});
  program_.adjoints.push_back({.shape = shape});
  depends_on_input_.push_back(depends);
  return {static_cast<int>(program_.values.size()) - 1, shape};
}

bool GradientBuilder::depends_on(DifferentiableOperand const& operand) const {
  return depends_on_input_[at(operand.value)];
}

void GradientBuilder::emit_value(int i, network::Shape shape, OperationPair operation,
                                 std::vector<DifferentiableOperand> inputs, bool has_no_rescale) {
  bool const depends =
      std::any_of(inputs.begin(), inputs.end(), [this](auto const& input) { return depends_on(input); });
  operands_[at(i)] = new_value(shape, depends);
  program_.steps.push_back(
      {std::move(operation), std::move(inputs), operands_[at(i)], node_at(i).name, has_no_rescale});
}

void GradientBuilder::emit(int i, OperationPair operation, std::vector<DifferentiableOperand> inputs,
                           bool has_no_rescale) {
  emit_value(i, node_at(i).shape, std::move(operation), std::move(inputs), has_no_rescale);
}

void GradientBuilder::emit(int i, OperationPair operation) {
  emit(i, std::move(operation), {input_of(i)});
}

void GradientBuilder::emit_convolution(int i, ConvolvePair const& pair) {
  DifferentiableOperand const input = input_of(i);
  emit(i, pair);
  DifferentiableOperand const output = operands_[at(i)];
  reserve_rows(program_.values, input, pair.forward, pair.forward_spread, output.shape.positions);
  reserve_rows(program_.adjoints, output, pair.backward, pair.backward_spread, input.shape.positions);
  if (pair.forward_parts.size() > 1) reserve_part(output);
  if (pair.backward_parts.size() > 1) reserve_part(input);
}

void GradientBuilder::reserve_part(DifferentiableOperand const& of) {
  program_.part_floats = std::max(program_.part_floats, of.shape.size());
}

// Margins of what a convolution reads, or room for its spread copy.
void GradientBuilder::reserve_rows(std::vector<GradientSlot>& slots, DifferentiableOperand const& read,
                                   kernels::ConvolutionShape const& shape, std::int64_t spread,
                                   std::int64_t output_positions) {
  std::int64_t const positions = spread_positions(read.shape.positions, spread);
  std::int64_t const rows = rows_outside(shape, positions, output_positions);
  if (spread == 1) {
    widen(slots[at(read.value)], read.shape, rows);
  } else {
    program_.spread_floats = std::max(program_.spread_floats, (positions + 2 * rows) * read.shape.channels);
  }
}

void GradientBuilder::reserve_mean(DifferentiableOperand const& factor) {
  program_.spread_floats = std::max(program_.spread_floats, factor.shape.size());
}

BackwardProgram GradientBuilder::program_from(std::set<int> const& nodes) const {
  std::vector<DifferentiableOperand> seeds;
  for (int const node : nodes) seeds.push_back(operands_[at(node)]);
  return make_backward_program(program_, seeds, depends_on_input_);
}

}  // namespace shoal::inference
