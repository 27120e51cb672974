// SPDX-License-Identifier: MIT
// What a change of a few bases reaches: the positions of every value of the trunk that can differ from those of a
// reference sequence, and the kernels run on those positions alone. Each element of a value is computed from its own
// inputs in a fixed order, so the values put together are, bit for bit, those of the whole pass.
#pragma once

#include <cstdint>
#include <vector>

#include "inference/forward/forward_program.hpp"
#include "kernels/library/packed.hpp"
#include "kernels/sequence_values.hpp"

namespace shoal::inference {

// Positions begin … end - 1.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool empty() const { return begin >= end; }
  std::int64_t size() const { return empty() ? 0 : end - begin; }
};

// From the first to the last position at which a row of the library differs from row 0; empty when it does not.
Range changed_bases(kernels::PackedView const& library, std::int64_t row);

// Positions of the output of a sequence step that read any of the `changed` positions of one of its operands: all of
// them for steps that mix positions at a distance.
Range reached(Step const& step, Operand const& operand, Range changed);

// Runs the step for output positions `rows` only; false, and nothing done, for steps that have to run on all of them.
// `input`, `other` (without data where the step has none) and `output` are views of the whole values of one sequence.
bool execute_rows(Step const& step, float const* weights, kernels::PackedView const& sequence,
                  kernels::ConstValues const& input, kernels::ConstValues const& other,
                  kernels::MutableValues const& output, Range rows);

// The trunk of a CPU program, prepared for sequences that differ little from a reference.
class Cone {
 public:
  explicit Cone(ForwardProgram const& program);

  // Whether it is expected to pay to run only what `bases` reach.
  bool pays(Range bases) const;
  // For every value of the program, the positions that can change; empty if none can.
  std::vector<Range> ranges(Range bases) const;

  // The number of floats that hold every value of the trunk at once, and where each value lies; -1 for values of tile
  // steps.
  std::int64_t floats() const { return floats_; }
  std::int64_t offset(int value) const { return offsets_[static_cast<std::size_t>(value)]; }

 private:
  Range changed_of(Step const& step, Operand const& operand, Range bases, std::vector<Range> const& ranges) const;

  ForwardProgram const* program_;
  std::vector<std::int64_t> offsets_;
  std::int64_t floats_ = 0;
  double cost_ = 0.0;  // cost of the whole trunk
};

}  // namespace shoal::inference
