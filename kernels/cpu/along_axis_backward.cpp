// SPDX-License-Identifier: MIT
#include "kernels/backward/along_axis_backward.hpp"

#include "kernels/common/along_axis_rescale.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

// Calls each(sequence, line, first element of the target's row, step) for every row along the axis.
template <class Each>
void for_each_row(CpuSpace const& space, MutableValues const& target, Axis axis, Each const& each) {
  std::int64_t const start = axis == Axis::positions ? 1 : target.channels;
  std::int64_t const step = axis == Axis::positions ? target.channels : 1;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < target.sequences; ++s) {
    float* const to = target.data + s * target.stride;
    for (std::int64_t line = 0; line < rows_along(target, axis); ++line) each(s, line, to + line * start, step);
    clear_margin(target, s);
  }
}

}  // namespace

void softmax_backward(CpuSpace const& space, ConstValues output, Axis axis, ConstValues output_adjoint,
                      MutableValues input_adjoint) {
  for_each_row(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line, float* to, std::int64_t step) {
    softmax_backward_of(row_of(output, s, axis, line), row_of(output_adjoint, s, axis, line), to, step);
  });
}

void layer_norm_backward(CpuSpace const& space, ConstValues input, float const* scale, float epsilon,
                         ConstValues output_adjoint, MutableValues input_adjoint) {
  Axis const axis = Axis::channels;
  for_each_row(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line, float* to, std::int64_t) {
    layer_norm_backward_of(row_of(input, s, axis, line), scale, epsilon, row_of(output_adjoint, s, axis, line), to);
  });
}

void reduce_backward(CpuSpace const& space, ConstValues input, ConstValues output, Reduction reduction, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint) {
  for_each_row(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line, float* to, std::int64_t step) {
    reduce_backward_of(reduction, row_of(input, s, axis, line), output.data[s * output.stride + line],
                       output_adjoint.data[s * output_adjoint.stride + line], to, step);
  });
}

void softmax_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint) {
  for_each_row(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line, float* to, std::int64_t step) {
    softmax_rescale_of({row_of(input, s, axis, line), row_of(reference, s, axis, line)},
                       row_of(output_adjoint, s, axis, line), to, step);
  });
}

void layer_norm_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, float const* scale,
                        float epsilon, ConstValues output_adjoint, MutableValues input_adjoint) {
  Axis const axis = Axis::channels;
  for_each_row(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line, float* to, std::int64_t) {
    layer_norm_rescale_of({row_of(input, s, axis, line), row_of(reference, s, axis, line)}, scale, epsilon,
                          row_of(output_adjoint, s, axis, line), to);
  });
}

void log_sum_exp_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                         ConstValues output_adjoint, MutableValues input_adjoint) {
  for_each_row(space, input_adjoint, axis, [&](std::int64_t s, std::int64_t line, float* to, std::int64_t step) {
    log_sum_exp_rescale_of({row_of(input, s, axis, line), row_of(reference, s, axis, line)},
                           output_adjoint.data[s * output_adjoint.stride + line], to, step);
  });
}

}  // namespace shoal::kernels
