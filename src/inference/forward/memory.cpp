// SPDX-License-Identifier: MIT
#include "inference/forward/memory.hpp"

#include <algorithm>
#include <vector>

namespace shoal::inference {

namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// Rows outside its input's positions that a convolution reads, on the side that has more of them.
std::int64_t rows_outside(Step const& step) {
  auto const* const convolve = std::get_if<ConvolveStep>(&step.operation);
  if (convolve == nullptr) return 0;
  kernels::ConvolutionShape const& shape = convolve->shape;
  std::int64_t const rows = step.output.shape.positions * convolve->epilogue.pool;
  std::int64_t const last_read = (rows - 1) * shape.stride + (shape.width - 1) * shape.dilation - shape.padding;
  return std::max({shape.padding, last_read - (step.input.shape.positions - 1), std::int64_t{0}});
}

void record_margin(Plan& plan, Step const& step) {
  if (step.input.value < 0) return;
  PlannedValue& value = plan.values[at(step.input.value)];
  // A flattened value's rows are longer than those of the value itself.
  std::int64_t const floats = rows_outside(step) * step.input.shape.channels;
  value.margin = std::max(value.margin, (floats + value.shape.channels - 1) / value.shape.channels);
}

void record_lifetimes(Plan& plan) {
  constexpr int not_written = -2;
  for (PlannedValue& value : plan.values) value.first_step = not_written;
  auto const write = [&plan](Operand const& output, int step) {
    if (output.value >= 0 && plan.values[at(output.value)].first_step == not_written) {
      plan.values[at(output.value)].first_step = step;
    }
  };
  for (int i = 0; Step const& step : plan.sequence_steps) {
    write(step.output, i);
    for (Operand const& input : {step.input, step.other}) {
      if (input.value >= 0) plan.values[at(input.value)].last_step = i;
    }
    ++i;
  }
  for (int i = 0; Step const& step : plan.tile_steps) {
    write(step.output, i);
    if (step.output.value >= 0) plan.values[at(step.output.value)].of_tile = true;
    for (Operand const& input : {step.input, step.other}) {
      if (input.value < 0) continue;
      PlannedValue& value = plan.values[at(input.value)];
      if (!value.of_tile) value.first_step = -1;
      value.of_tile = true;
      value.last_step = i;
    }
    ++i;
  }
}

bool overlap_in_time(PlannedValue const& a, PlannedValue const& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

// First fit, in the order of `values`: the lowest offset that is free while the value lives. Returns the memory's size.
std::int64_t place(std::vector<PlannedValue*> const& values) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<PlannedValue const*> neighbours;
    for (std::size_t j = 0; j < i; ++j) {
      if (overlap_in_time(*values[i], *values[j])) neighbours.push_back(values[j]);
    }
    std::sort(neighbours.begin(), neighbours.end(), [](auto const* a, auto const* b) { return a->offset < b->offset; });
    std::int64_t offset = 0;
    for (PlannedValue const* neighbour : neighbours) {
      if (offset + values[i]->size() <= neighbour->offset) break;
      offset = std::max(offset, neighbour->offset + neighbour->size());
    }
    values[i]->offset = offset;
    total = std::max(total, offset + values[i]->size());
  }
  return total;
}

}  // namespace

std::int64_t PlannedValue::size() const {
  std::int64_t const floats = ((shape.positions + 2 * margin) * shape.channels + 15) / 16 * 16;
  return floats % 1024 == 0 ? floats + 16 : floats;
}

void lay_out_memory(Plan& plan) {
  for (Step const& step : plan.sequence_steps) record_margin(plan, step);
  for (Step const& step : plan.tile_steps) record_margin(plan, step);
  record_lifetimes(plan);
  std::vector<PlannedValue*> of_sequence, of_tile;
  for (PlannedValue& value : plan.values) (value.of_tile ? of_tile : of_sequence).push_back(&value);
  plan.sequence_floats = place(of_sequence);
  plan.tile_floats = place(of_tile);
}

}  // namespace shoal::inference
