// SPDX-License-Identifier: MIT
// Executes a program's steps for one tile of sequences, whole or only where they differ from a reference. Private to
// the Scorer, which owns the memory and gives every thread its tiles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <variant>
#include <vector>

#include "inference/forward/cone.hpp"
#include "inference/forward/forward_program.hpp"
#include "inference/forward/readout.hpp"
#include "kernels/forward/activation.hpp"
#include "kernels/forward/along_axis.hpp"
#include "kernels/forward/combine.hpp"
#include "kernels/forward/order.hpp"
#include "kernels/forward/permute.hpp"
#include "kernels/forward/recurrence.hpp"

namespace shoal::inference {

// Sequences [first, first + count) of a view.
inline kernels::PackedView rows_of(kernels::PackedView const& all, std::int64_t first, std::int64_t count) {
  kernels::PackedView rows = all;
  rows.words += first * kernels::words_per_row(all.length);
  rows.mutants = count;
  return rows;
}

// The memory of one tile: the values of `tile` sequences that live for the whole tile, then those of one sequence.
struct TileMemory {
  float* of_tile = nullptr;
  float* of_sequence = nullptr;
  std::int64_t capacity = 0;
};

// The trunk's values of the reference sequence, and a worker's copy of them to write into. A null `cone` means that
// every sequence is run whole.
struct ConeMemory {
  Cone const* cone = nullptr;
  std::vector<Range> const* changed = nullptr;  // bases of every sequence of the library
  float* reference = nullptr;
  float* working = nullptr;
};

// Executes the steps of a program for one tile.
template <class Space>
class TileRunner {
 public:
  TileRunner(Space const& space, ForwardProgram const& program, Pass const& pass, float const* weights,
             TileMemory const& memory)
      : space_(space), program_(program), pass_(pass), weights_(weights), memory_(memory) {}

  // Fills memory.reference with the trunk's values of one sequence.
  void record(kernels::PackedView const& sequence, ConeMemory const& memory) {
    sequences_ = sequence;
    cone_ = memory.cone;
    trunk_ = memory.reference;
    is_recording_ = true;
    for (Step const& step : program_.sequence_steps) {
      if (step.output.value >= 0) execute(step);
    }
    is_recording_ = false;
    trunk_ = nullptr;
  }

  // `sequences` are rows `row`, row + 1 … of the library; `scores` begins with the first one's.
  void run(kernels::PackedView const& sequences, std::int64_t row, ConeMemory const& memory, float* scores) {
    scores_ = scores;
    cone_ = memory.cone;
    for (std::int64_t s = 0; !program_.sequence_steps.empty() && s < sequences.mutants; ++s) {
      sequences_ = rows_of(sequences, s, 1);
      first_ = s;
      Range const changed = cone_ == nullptr ? Range{} : (*memory.changed)[static_cast<std::size_t>(row + s)];
      if (cone_ != nullptr && changed.size() < sequences.length) {
        run_changed(changed, memory);
      } else {
        for (Step const& step : program_.sequence_steps) execute(step);
      }
    }
    sequences_ = sequences;
    first_ = 0;
    for (Step const& step : program_.tile_steps) execute(step);
  }

 private:
  ProgramValue const& program_value(int value) const { return program_.values[static_cast<std::size_t>(value)]; }

  // Where the memory of a value begins for the sequence being computed.
  float* start_of(int index) const {
    ProgramValue const& value = program_value(index);
    if (trunk_ != nullptr && (is_recording_ || !value.of_tile)) return trunk_ + cone_->offset(index);
    return value.of_tile ? memory_.of_tile + value.offset * memory_.capacity + first_ * value.size()
                         : memory_.of_sequence + value.offset;
  }

  kernels::MutableValues view(Operand const& operand) const {
    ProgramValue const& value = program_value(operand.value);
    std::int64_t const size = value.size();
    std::int64_t const margin = value.margin * value.shape.channels;
    return {.data = start_of(operand.value) + margin,
            .sequences = sequences_.mutants,
            .positions = operand.shape.positions,
            .channels = operand.shape.channels,
            .stride = size,
            .margin = margin / operand.shape.channels};
  }

  // The trunk of a sequence that differs from the reference at bases `changed` only: steps are run on the positions
  // that those reach, among the reference's values, which are put back afterwards.
  void run_changed(Range changed, ConeMemory const& memory) {
    std::vector<Range> const ranges = cone_->ranges(changed);
    trunk_ = memory.working;
    for (int value = 0; value < static_cast<int>(ranges.size()); ++value) {
      if (!program_value(value).of_tile || cone_->offset(value) < 0) continue;
      std::copy_n(memory.reference + cone_->offset(value), program_value(value).size(), start_of(value));
    }
    for (Step const& step : program_.sequence_steps) execute_changed(step, ranges);
    for (int value = 0; value < static_cast<int>(ranges.size()); ++value) {
      Range const rows = ranges[static_cast<std::size_t>(value)];
      if (program_value(value).of_tile || rows.empty()) continue;
      std::int64_t const channels = program_value(value).shape.channels;
      std::int64_t const first = (program_value(value).margin + rows.begin) * channels;
      std::copy_n(memory.reference + cone_->offset(value) + first, rows.size() * channels, start_of(value) + first);
    }
    trunk_ = nullptr;
  }

  void execute_changed(Step const& step, std::vector<Range> const& ranges) {
    if (step.output.value < 0) return execute(step);
    Range const rows = ranges[static_cast<std::size_t>(step.output.value)];
    if (rows.empty()) return;
    auto const values_of = [this](Operand const& operand) {
      return operand.value < 0 ? kernels::ConstValues{} : kernels::ConstValues(view(operand));
    };
    kernels::ConstValues const input = values_of(step.input), other = values_of(step.other);
    if (!execute_rows(step, weights_, sequences_, input, other, view(step.output), rows)) execute(step);
  }

  void execute(Step const& step) {
    if (auto const* const both = std::get_if<CombineStep>(&step.operation)) {
      kernels::combine(space_, both->combination, view(step.input), view(step.other), view(step.output),
                       both->activate.activation, both->activate.alpha);
      return;
    }
    if (auto const* const both = std::get_if<ProductStep>(&step.operation)) {
      kernels::grouped_product(space_, view(step.input), view(step.other), both->product, view(step.output));
      return;
    }
    auto const* const convolve = std::get_if<ConvolveStep>(&step.operation);
    if (convolve != nullptr && step.other.value >= 0) {
      kernels::convolve(space_, view(step.input), convolve->shape, weights_ + convolve->filters, convolve->epilogue,
                        view(step.output), view(step.other));
      return;
    }
    std::visit([&](auto const& operation) { execute(operation, step.input, step.output); }, step.operation);
  }

  void execute(CombineStep const&, Operand const&, Operand const&) {}  // has two inputs, see above
  void execute(ProductStep const&, Operand const&, Operand const&) {}  // has two inputs, see above
  void execute(RecurrenceStep const& op, Operand const& input, Operand const& output) {
    kernels::recurrence(space_, view(input), op.shape, weights_ + op.weights, view(output));
  }
  void execute(PermuteStep const& op, Operand const& input, Operand const& output) {
    kernels::permute(space_, view(input), op.axes, view(output));
  }
  void execute(ReduceStep const& op, Operand const& input, Operand const& output) {
    kernels::reduce(space_, view(input), op.kind, op.axis, view(output));
  }
  void execute(TopKStep const& op, Operand const& input, Operand const& output) {
    kernels::top_k(space_, view(input), op.axis, op.largest, view(output));
  }
  void execute(HardmaxStep const& op, Operand const& input, Operand const& output) {
    kernels::hardmax(space_, view(input), op.axis, view(output));
  }
  void execute(SoftmaxStep const& op, Operand const& input, Operand const& output) {
    kernels::softmax(space_, view(input), op.axis, view(output));
  }
  void execute(LayerNormStep const& op, Operand const& input, Operand const& output) {
    kernels::layer_norm(space_, view(input), weights_ + op.scale, weights_ + op.shift, op.epsilon, view(output));
  }
  void execute(RearrangeStep const& op, Operand const& input, Operand const& output) {
    kernels::rearrange(space_, view(input), op.from, view(output), op.to, op.rows, op.columns);
  }
  void execute(FillStep const& op, Operand const&, Operand const& output) {
    kernels::fill(space_, op.value, view(output));
  }
  void execute(ConstantStep const& op, Operand const&, Operand const& output) {
    kernels::repeat(space_, weights_ + op.values, view(output));
  }
  void execute(ConvolveCodesStep const& op, Operand const&, Operand const& output) {
    kernels::convolve_codes(space_, sequences_, op.shape, weights_ + op.filters, op.epilogue, view(output));
  }
  void execute(ConvolveStep const& op, Operand const& input, Operand const& output) {
    kernels::convolve(space_, view(input), op.shape, weights_ + op.filters, op.epilogue, view(output));
  }
  void execute(DenseStep const& op, Operand const& input, Operand const& output) {
    kernels::dense(space_, view(input), op.shape, weights_ + op.weights, view(output));
  }
  void execute(PoolStep const& op, Operand const& input, Operand const& output) {
    kernels::pool(space_, view(input), op.shape, view(output));
  }
  void execute(GlobalPoolStep const& op, Operand const& input, Operand const& output) {
    kernels::global_pool(space_, view(input), op.kind, view(output));
  }
  void execute(ActivateStep const& op, Operand const& input, Operand const& output) {
    kernels::activate(space_, view(input), op.activation, op.alpha, view(output));
  }
  void execute(ScaleShiftStep const& op, Operand const& input, Operand const& output) {
    kernels::scale_shift(space_, view(input), weights_ + op.scale, weights_ + op.shift, view(output),
                         op.activate.activation, op.activate.alpha);
  }
  void execute(ExpandCodesStep const&, Operand const&, Operand const& output) {
    kernels::expand_codes(space_, sequences_, view(output));
  }
  void execute(TakeStep const& op, Operand const& input, Operand const&) {
    kernels::take_element(space_, view(input), op.element, scores_ + first_ * program_.columns + op.column,
                          program_.columns);
  }
  void execute(ReadoutStep const& op, Operand const& input, Operand const&) {
    kernels::ReadoutShape shape = op.shape;
    shape.mirrored = pass_.mirrored;
    kernels::read_out(space_, view(input), shape, op.weight * pass_.weight, pass_.accumulate || !op.is_first,
                      scores_ + first_ * program_.columns + op.column, program_.columns);
  }

  Space const space_;
  ForwardProgram const& program_;
  Pass const pass_;
  float const* const weights_;
  TileMemory const memory_;
  kernels::PackedView sequences_;  // sequences at work in this step
  std::int64_t first_ = 0;         // first sequence of the tile
  float* scores_ = nullptr;
  Cone const* cone_ = nullptr;
  float* trunk_ = nullptr;  // where the trunk's values lie all at once; null if they share memory
  bool is_recording_ = false;
};

}  // namespace shoal::inference
