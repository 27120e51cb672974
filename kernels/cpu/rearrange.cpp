// SPDX-License-Identifier: MIT
#include "kernels/forward/rearrange.hpp"

#include <algorithm>

#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

void rearrange_one(float const* from, Rectangle const& source, float* to, Rectangle const& target, std::int64_t rows,
                   std::int64_t columns) {
  bool const runs = source.column_step == 1 && target.column_step == 1;
  bool const one_run = runs && source.row_step == columns && target.row_step == columns;
  if (one_run) {
    std::copy_n(from + source.start, rows * columns, to + target.start);
    return;
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    float const* const x = from + source.start + r * source.row_step;
    float* const y = to + target.start + r * target.row_step;
    if (runs) {
      std::copy_n(x, columns, y);
    } else {
      for (std::int64_t c = 0; c < columns; ++c) y[c * target.column_step] = x[c * source.column_step];
    }
  }
}

}  // namespace

void rearrange(CpuSpace const& space, ConstValues input, Rectangle const& from, MutableValues output,
               Rectangle const& to, std::int64_t rows, std::int64_t columns) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    rearrange_one(input.data + s * input.stride, from, output.data + s * output.stride, to, rows, columns);
    clear_margin(output, s);
  }
}

void fill(CpuSpace const& space, float value, MutableValues output) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < output.sequences; ++s) {
    std::fill_n(output.data + s * output.stride, output.positions * output.channels, value);
    clear_margin(output, s);
  }
}

void repeat(CpuSpace const& space, float const* values, MutableValues output) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < output.sequences; ++s) {
    std::copy_n(values, output.positions * output.channels, output.data + s * output.stride);
    clear_margin(output, s);
  }
}

}  // namespace shoal::kernels
