// SPDX-License-Identifier: MIT
#include "inference/forward/memory.hpp"

#include <algorithm>
#include <vector>

#include "base/index.hpp"

namespace shoal::inference {

namespace {

// Rows outside its input's positions that a convolution reads, on the side that has more of them.
std::int64_t rows_outside(Step const& step) {
  auto const* const convolve = std::get_if<ConvolveStep>(&step.operation);
  if (convolve == nullptr) return 0;
  kernels::ConvolutionShape const& shape = convolve->shape;
  std::int64_t const rows = step.output.shape.positions * convolve->epilogue.pool;
  std::int64_t const last_read = (rows - 1) * shape.stride + (shape.width - 1) * shape.dilation - shape.padding;
  return std::max({shape.padding, last_read - (step.input.shape.positions - 1), std::int64_t{0}});
}

void record_margin(ForwardProgram& program, Step const& step) {
  if (step.input.value < 0) return;
  ProgramValue& value = program.values[at(step.input.value)];
  // A flattened value's rows are longer than those of the value itself.
  std::int64_t const floats = rows_outside(step) * step.input.shape.channels;
  value.margin = std::max(value.margin, (floats + value.shape.channels - 1) / value.shape.channels);
}

void record_lifetimes(ForwardProgram& program) {
  constexpr int not_written = -2;
  for (ProgramValue& value : program.values) value.first_step = not_written;
  auto const write = [&program](Operand const& output, int step) {
    if (output.value >= 0 && program.values[at(output.value)].first_step == not_written) {
      program.values[at(output.value)].first_step = step;
    }
  };
  for (int i = 0; Step const& step : program.sequence_steps) {
    write(step.output, i);
    for (Operand const& input : {step.input, step.other}) {
      if (input.value >= 0) program.values[at(input.value)].last_step = i;
    }
    ++i;
  }
  for (int i = 0; Step const& step : program.tile_steps) {
    write(step.output, i);
    if (step.output.value >= 0) program.values[at(step.output.value)].of_tile = true;
    for (Operand const& input : {step.input, step.other}) {
      if (input.value < 0) continue;
      ProgramValue& value = program.values[at(input.value)];
      if (!value.of_tile) value.first_step = -1;
      value.of_tile = true;
      value.last_step = i;
    }
    ++i;
  }
}

bool overlap_in_time(ProgramValue const& a, ProgramValue const& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

// First fit, in the order of `values`: the lowest offset that is free while the value lives. Returns the memory's size.
std::int64_t place(std::vector<ProgramValue*> const& values) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<ProgramValue const*> neighbours;
    for (std::size_t j = 0; j < i; ++j) {
      if (overlap_in_time(*values[i], *values[j])) neighbours.push_back(values[j]);
    }
    std::sort(neighbours.begin(), neighbours.end(), [](auto const* a, auto const* b) { return a->offset < b->offset; });
    std::int64_t offset = 0;
    for (ProgramValue const* neighbour : neighbours) {
      if (offset + values[i]->size() <= neighbour->offset) break;
      offset = std::max(offset, neighbour->offset + neighbour->size());
    }
    values[i]->offset = offset;
    total = std::max(total, offset + values[i]->size());
  }
  return total;
}

}  // namespace

std::int64_t ProgramValue::size() const {
  std::int64_t const floats = ((shape.positions + 2 * margin) * shape.channels + 15) / 16 * 16;
  return floats % 1024 == 0 ? floats + 16 : floats;
}

void lay_out_memory(ForwardProgram& program) {
  for (Step const& step : program.sequence_steps) record_margin(program, step);
  for (Step const& step : program.tile_steps) record_margin(program, step);
  record_lifetimes(program);
  std::vector<ProgramValue*> of_sequence, of_tile;
  for (ProgramValue& value : program.values) (value.of_tile ? of_tile : of_sequence).push_back(&value);
  program.sequence_floats = place(of_sequence);
  program.tile_floats = place(of_tile);
}

}  // namespace shoal::inference
