// SPDX-License-Identifier: MIT
#include "inference/forward/program_builder.hpp"

#include "base/index.hpp"
#include "inference/forward/memory.hpp"

namespace shoal::inference {

ProgramBuilder::ProgramBuilder(device::Backend const& backend) : backend_(backend) {}

Operand ProgramBuilder::new_value(network::Shape shape) {
  program_.values.push_back({.shape = shape});
  is_made_on_tile_.push_back(false);
  return {static_cast<int>(program_.values.size()) - 1, shape};
}

bool ProgramBuilder::is_made_on_tile(Operand const& operand) const {
  return operand.value >= 0 && is_made_on_tile_[at(operand.value)];
}

void ProgramBuilder::emit(Operation operation, Operand const& input, Operand const& output, bool on_tile,
                          Operand const& other) {
  bool const is_depth_first = backend_.kind() == device::BackendKind::cpu;
  bool const is_tile_step =
      !is_depth_first || on_tile || is_made_on_tile(input) || is_made_on_tile(other) || is_made_on_tile(output);
  if (output.value >= 0) is_made_on_tile_[at(output.value)] = is_tile_step;
  (is_tile_step ? program_.tile_steps : program_.sequence_steps)
      .push_back({std::move(operation), input, output, other});
}

std::int64_t ProgramBuilder::take_columns(std::int64_t count) {
  std::int64_t const first = program_.columns;
  program_.columns += count;
  return first;
}

ForwardProgram ProgramBuilder::finish() {
  lay_out_memory(program_);
  return std::move(program_);
}

RearrangeStep slice_step(network::Slice const& layer, network::Shape input) {
  std::int64_t const channels = input.channels;
  if (layer.axis == network::Axis::positions) {
    return {{layer.start * channels, layer.step * channels, 1}, {0, channels, 1}, layer.count, channels};
  }
  return {{layer.start, channels, layer.step}, {0, layer.count, 1}, input.positions, layer.count};
}

RearrangeStep join_step(network::Axis axis, std::int64_t offset, network::Shape input, network::Shape output) {
  std::int64_t const start = axis == network::Axis::positions ? offset * output.channels : offset;
  return {{0, input.channels, 1}, {start, output.channels, 1}, input.positions, input.channels};
}

RearrangeStep spread_step(std::int64_t stride, network::Shape input) {
  std::int64_t const channels = input.channels;
  return {{0, channels, 1}, {0, stride * channels, 1}, input.positions, channels};
}

RearrangeStep transpose_step(network::Shape input) {
  return {{0, 1, input.channels}, {0, input.positions, 1}, input.channels, input.positions};
}

namespace {

// The distances of neighbours along every axis of a row-major tensor.
std::vector<std::int64_t> row_major_steps(std::vector<std::int64_t> const& extents) {
  std::vector<std::int64_t> steps(extents.size(), 1);
  for (std::size_t i = extents.size(); i-- > 1;) steps[i - 1] = steps[i] * extents[i];
  return steps;
}

}  // namespace

kernels::PermutedAxes permuted_axes(network::Permute const& layer) {
  std::vector<std::int64_t> const steps = row_major_steps(layer.extents);
  kernels::PermutedAxes axes;
  std::size_t const first = axes.extents.size() - layer.order.size();
  for (std::size_t i = 0; i < layer.order.size(); ++i) {
    axes.extents[first + i] = layer.extents[at(layer.order[i])];
    axes.steps[first + i] = steps[at(layer.order[i])];
  }
  return axes;
}

kernels::PermutedAxes permuted_back(network::Permute const& layer) {
  network::Permute back{std::vector<std::int64_t>(layer.order.size()), std::vector<int>(layer.order.size()), {}};
  for (std::size_t i = 0; i < layer.order.size(); ++i) {
    back.extents[i] = layer.extents[at(layer.order[i])];
    back.order[at(layer.order[i])] = static_cast<int>(i);
  }
  return permuted_axes(back);
}

}  // namespace shoal::inference
