// SPDX-License-Identifier: MIT
#include "kernels/forward/order.hpp"

#include "kernels/common/order.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

// Calls each(sequence, line) for every row along the axis.
template <class Each>
void for_each_line(CpuSpace const& space, MutableValues const& target, Axis axis, Each const& each) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < target.sequences; ++s) {
    for (std::int64_t line = 0; line < rows_along(target, axis); ++line) each(s, line);
    clear_margin(target, s);
  }
}

}  // namespace

void top_k(CpuSpace const& space, ConstValues input, Axis axis, bool largest, MutableValues output) {
  std::int64_t const count = axis == Axis::positions ? output.positions : output.channels;
  for_each_line(space, output, axis, [&](std::int64_t s, std::int64_t line) {
    TargetOfRow const to = target_of(output, s, axis, line);
    top_k_of(row_of(input, s, axis, line), largest, count, to.first, to.step);
  });
}

void top_k_backward(CpuSpace const& space, ConstValues input, Axis axis, bool largest, ConstValues output_adjoint,
                    MutableValues input_adjoint) {
  for_each_line(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line) {
    TargetOfRow const to = target_of(input_adjoint, s, axis, line);
    top_k_backward_of(row_of(input, s, axis, line), largest, row_of(output_adjoint, s, axis, line), to.first, to.step);
  });
}

void hardmax(CpuSpace const& space, ConstValues input, Axis axis, MutableValues output) {
  for_each_line(space, output, axis, [&](std::int64_t s, std::int64_t line) {
    TargetOfRow const to = target_of(output, s, axis, line);
    hardmax_of(row_of(input, s, axis, line), to.first, to.step);
  });
}

}  // namespace shoal::kernels
