// SPDX-License-Identifier: MIT
#include "inference/forward/cone.hpp"

#include <algorithm>
#include <bit>

#include "kernels/forward/activation.hpp"
#include "kernels/forward/along_axis.hpp"
#include "kernels/forward/combine.hpp"

namespace shoal::inference {

namespace {

// Sequences whose cone costs more than this share of the trunk are run whole, because putting values together is not
// free.
constexpr double largest_share = 0.7;

std::int64_t divide_down(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// Rows t of a sliding window that reads rows t * stride - padding … + extent - 1, any of which is in `changed`.
Range slid(Range changed, std::int64_t stride, std::int64_t extent, std::int64_t padding, std::int64_t rows) {
  std::int64_t const first = divide_down(changed.begin + padding - (extent - 1) + stride - 1, stride);
  std::int64_t const last = divide_down(changed.end - 1 + padding, stride);
  return {std::max<std::int64_t>(first, 0), std::min(last + 1, rows)};
}

Range of_convolution(kernels::ConvolutionShape const& shape, std::int64_t pool, Range changed, std::int64_t rows) {
  Range const convolved =
      slid(changed, shape.stride, (shape.width - 1) * shape.dilation + 1, shape.padding, rows * pool);
  if (convolved.empty()) return {};
  return {convolved.begin / pool, (convolved.end + pool - 1) / pool};
}

// Output positions that read `changed` of one of the step's operands.
struct Reach {
  Step const& step;
  Operand const& operand;
  Range changed;

  std::int64_t rows() const { return step.output.shape.positions; }

  Range operator()(ConvolveCodesStep const& op) const {
    return of_convolution(op.shape, op.epilogue.pool, changed, rows());
  }
  Range operator()(ConvolveStep const& op) const {
    if (&operand == &step.other) return changed;  // added as it is
    return of_convolution(op.shape, op.epilogue.pool, changed, rows());
  }
  Range operator()(PoolStep const& op) const {
    return slid(changed, op.shape.stride, op.shape.width, op.shape.padding, rows());
  }
  Range operator()(DenseStep const&) const { return changed; }
  Range operator()(ActivateStep const&) const { return changed; }
  Range operator()(ScaleShiftStep const&) const { return changed; }
  Range operator()(LayerNormStep const&) const { return changed; }
  Range operator()(CombineStep const&) const {
    return operand.shape.positions == rows() ? changed : Range{0, rows()};  // one position counts for all
  }
  Range operator()(ExpandCodesStep const&) const { return changed; }
  template <class Other>
  Range operator()(Other const&) const {
    return {0, rows()};
  }
};

// Multiply-adds of one output position.
struct CostOfPosition {
  Step const& step;

  double operator()(ConvolveCodesStep const& op) const {
    return static_cast<double>(op.epilogue.pool * op.shape.width * op.shape.filters);
  }
  double operator()(ConvolveStep const& op) const {
    return static_cast<double>(op.epilogue.pool * op.shape.width * (op.shape.in_channels / op.shape.groups) *
                               op.shape.filters);
  }
  double operator()(DenseStep const& op) const { return static_cast<double>(op.shape.in_channels * op.shape.units); }
  template <class Other>
  double operator()(Other const&) const {
    return static_cast<double>(step.output.shape.channels);
  }
};

bool reads_sequences(Step const& step) {
  return std::holds_alternative<ConvolveCodesStep>(step.operation) ||
         std::holds_alternative<ExpandCodesStep>(step.operation);
}

Range united(Range a, Range b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

double cost_of_position(Step const& step) {
  return std::visit(CostOfPosition{step}, step.operation);
}

// The part of a value from position `first` on; its margin stays the memory on either side.
template <class Values>
Values from(Values values, std::int64_t first, std::int64_t positions) {
  values.data += first * values.channels;
  values.positions = positions;
  return values;
}

// The same of an operand that may have one position, which counts for all.
kernels::ConstValues part_of(kernels::ConstValues const& values, Range rows, std::int64_t positions) {
  return values.positions == positions ? from(values, rows.begin, rows.size()) : values;
}

// Output positions `rows`, whose margins are not to be cleared.
kernels::MutableValues rows_of(kernels::MutableValues const& values, Range rows) {
  kernels::MutableValues part = from(values, rows.begin, rows.size());
  part.margin = 0;
  return part;
}

struct RowExecution {
  float const* weights;
  kernels::PackedView const& sequence;
  kernels::ConstValues const& input;
  kernels::ConstValues const& other;
  kernels::MutableValues const& output;
  Range rows;
  kernels::CpuSpace space = {1};

  bool operator()(ConvolveCodesStep const& op) const {
    kernels::ConvolutionShape shape = op.shape;
    shape.padding -= rows.begin * op.epilogue.pool * shape.stride;
    kernels::convolve_codes(space, sequence, shape, weights + op.filters, op.epilogue, rows_of(output, rows));
    return true;
  }
  bool operator()(ConvolveStep const& op) const {
    std::int64_t const first = rows.begin * op.epilogue.pool * op.shape.stride;
    kernels::ConstValues const addend = other.data == nullptr ? other : from(other, rows.begin, rows.size());
    kernels::convolve(space, from(input, first, input.positions - first), op.shape, weights + op.filters, op.epilogue,
                      rows_of(output, rows), addend);
    return true;
  }
  bool operator()(PoolStep const& op) const {
    kernels::PoolShape shape = op.shape;
    shape.padding -= rows.begin * shape.stride;
    kernels::pool(space, input, shape, rows_of(output, rows));
    return true;
  }
  bool operator()(DenseStep const& op) const {
    kernels::dense(space, from(input, rows.begin, rows.size()), op.shape, weights + op.weights, rows_of(output, rows));
    return true;
  }
  bool operator()(ActivateStep const& op) const {
    kernels::activate(space, from(input, rows.begin, rows.size()), op.activation, op.alpha, rows_of(output, rows));
    return true;
  }
  bool operator()(ScaleShiftStep const& op) const {
    kernels::scale_shift(space, from(input, rows.begin, rows.size()), weights + op.scale, weights + op.shift,
                         rows_of(output, rows), op.activate.activation, op.activate.alpha);
    return true;
  }
  bool operator()(LayerNormStep const& op) const {
    kernels::layer_norm(space, from(input, rows.begin, rows.size()), weights + op.scale, weights + op.shift, op.epsilon,
                        rows_of(output, rows));
    return true;
  }
  bool operator()(CombineStep const& op) const {
    kernels::combine(space, op.combination, part_of(input, rows, output.positions),
                     part_of(other, rows, output.positions), rows_of(output, rows), op.activate.activation,
                     op.activate.alpha);
    return true;
  }
  template <class Other>
  bool operator()(Other const&) const {
    return false;
  }
};

}  // namespace

Range changed_bases(kernels::PackedView const& library, std::int64_t row) {
  std::int32_t const words = kernels::words_per_row(library.length);
  std::uint64_t const* const wild_type = library.words;
  std::uint64_t const* const mutant = library.words + row * words;
  std::int32_t first = 0, last = words - 1;
  while (first < words && mutant[first] == wild_type[first]) ++first;
  if (first == words) return {};
  while (mutant[last] == wild_type[last]) --last;
  int const low = std::countr_zero(mutant[first] ^ wild_type[first]) / 2;
  int const high = (63 - std::countl_zero(mutant[last] ^ wild_type[last])) / 2;
  return {first * kernels::bases_per_word + low, last * kernels::bases_per_word + high + 1};
}

Range reached(Step const& step, Operand const& operand, Range changed) {
  return changed.empty() ? Range{} : std::visit(Reach{step, operand, changed}, step.operation);
}

bool execute_rows(Step const& step, float const* weights, kernels::PackedView const& sequence,
                  kernels::ConstValues const& input, kernels::ConstValues const& other,
                  kernels::MutableValues const& output, Range rows) {
  return std::visit(RowExecution{weights, sequence, input, other, output, rows}, step.operation);
}

Cone::Cone(ForwardProgram const& program) : program_(&program), offsets_(program.values.size(), -1) {
  for (Step const& step : program.sequence_steps) {
    if (step.output.value < 0) continue;
    auto const value = static_cast<std::size_t>(step.output.value);
    if (offsets_[value] < 0) {
      offsets_[value] = floats_;
      floats_ += program.values[value].size();
    }
    cost_ += cost_of_position(step) * static_cast<double>(step.output.shape.positions);
  }
}

// The positions of an operand that can change, given those of every value so far.
Range Cone::changed_of(Step const& step, Operand const& operand, Range bases, std::vector<Range> const& ranges) const {
  if (operand.value < 0) return reads_sequences(step) ? bases : Range{};
  auto const value = static_cast<std::size_t>(operand.value);
  bool const is_reshaped = !(program_->values[value].shape == operand.shape);
  return is_reshaped && !ranges[value].empty() ? Range{0, operand.shape.positions} : ranges[value];
}

std::vector<Range> Cone::ranges(Range bases) const {
  std::vector<Range> ranges(program_->values.size());
  for (Step const& step : program_->sequence_steps) {
    if (step.output.value < 0) continue;
    // Several steps may write parts of one value.
    Range& all = ranges[static_cast<std::size_t>(step.output.value)];
    all = united(all, reached(step, step.input, changed_of(step, step.input, bases, ranges)));
    if (step.other.value >= 0) {
      all = united(all, reached(step, step.other, changed_of(step, step.other, bases, ranges)));
    }
  }
  return ranges;
}

bool Cone::pays(Range bases) const {
  std::vector<Range> const positions = ranges(bases);
  double cost = 0.0;
  for (Step const& step : program_->sequence_steps) {
    if (step.output.value < 0) continue;
    Range const rows = positions[static_cast<std::size_t>(step.output.value)];
    cost += cost_of_position(step) * static_cast<double>(rows.size());
  }
  return cost <= largest_share * cost_;
}

}  // namespace shoal::inference
