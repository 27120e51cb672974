// SPDX-License-Identifier: MIT
// Moving values without arithmetic: slices, concatenations, transposes, padding, constants.
#pragma once

#include <cstdint>

#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// A rectangle of one sequence's elements; all offsets and steps are in floats from position 0, channel 0.
struct Rectangle {
  std::int64_t start = 0;
  std::int64_t row_step = 0;
  std::int64_t column_step = 1;
};

// output[to.start + r * to.row_step + c * to.column_step] = input[from.start + r * from.row_step + c *
// from.column_step] for r in [0, rows) and c in [0, columns), in every sequence. Other elements of `output` keep their
// values. `input` and `output` are not the same memory.
void rearrange(CpuSpace const& space, ConstValues input, Rectangle const& from, MutableValues output,
               Rectangle const& to, std::int64_t rows, std::int64_t columns);
void rearrange(CudaSpace const& space, ConstValues input, Rectangle const& from, MutableValues output,
               Rectangle const& to, std::int64_t rows, std::int64_t columns);

// Every element of `output` becomes `value`.
void fill(CpuSpace const& space, float value, MutableValues output);
void fill(CudaSpace const& space, float value, MutableValues output);

// Every sequence of `output` becomes values [positions, channels], in the space's memory.
void repeat(CpuSpace const& space, float const* values, MutableValues output);
void repeat(CudaSpace const& space, float const* values, MutableValues output);

}  // namespace shoal::kernels
