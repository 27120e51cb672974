// SPDX-License-Identifier: MIT
#include "kernels/backward/along_axis_backward.hpp"

#include "kernels/common/along_axis_rescale.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

// One thread per row along the axis.
struct TargetRow {
  MutableValues target;
  Axis axis;

  __device__ float* first(std::int64_t sequence, std::int64_t line) const {
    return target.data + sequence * target.stride + line * (axis == Axis::positions ? 1 : target.channels);
  }
  __device__ std::int64_t step() const { return axis == Axis::positions ? target.channels : 1; }
};

struct SoftmaxBackwardRow {
  ConstValues output;
  ConstValues output_adjoint;
  TargetRow to;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    softmax_backward_of(row_of(output, sequence, to.axis, line), row_of(output_adjoint, sequence, to.axis, line),
                        to.first(sequence, line), to.step());
  }
};

struct LayerNormBackwardRow {
  ConstValues input;
  float const* scale;
  float epsilon;
  ConstValues output_adjoint;
  TargetRow to;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    layer_norm_backward_of(row_of(input, sequence, to.axis, line), scale, epsilon,
                           row_of(output_adjoint, sequence, to.axis, line), to.first(sequence, line));
  }
};

struct ReduceBackwardRow {
  ConstValues input;
  ConstValues output;
  Reduction reduction;
  ConstValues output_adjoint;
  TargetRow to;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    reduce_backward_of(reduction, row_of(input, sequence, to.axis, line), output.data[sequence * output.stride + line],
                       output_adjoint.data[sequence * output_adjoint.stride + line], to.first(sequence, line),
                       to.step());
  }
};

// Rows of the input, of the reference, and of the output's adjoint.
struct RescaledRows {
  ConstValues input, reference, output_adjoint;

  __device__ RowPair pair(std::int64_t sequence, Axis axis, std::int64_t line) const {
    return {row_of(input, sequence, axis, line), row_of(reference, sequence, axis, line)};
  }
};

struct SoftmaxRescaleRow {
  RescaledRows rows;
  TargetRow to;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    softmax_rescale_of(rows.pair(sequence, to.axis, line), row_of(rows.output_adjoint, sequence, to.axis, line),
                       to.first(sequence, line), to.step());
  }
};

struct LayerNormRescaleRow {
  RescaledRows rows;
  float const* scale;
  float epsilon;
  TargetRow to;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    layer_norm_rescale_of(rows.pair(sequence, to.axis, line), scale, epsilon,
                          row_of(rows.output_adjoint, sequence, to.axis, line), to.first(sequence, line));
  }
};

struct LogSumExpRescaleRow {
  RescaledRows rows;
  TargetRow to;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    log_sum_exp_rescale_of(rows.pair(sequence, to.axis, line),
                           rows.output_adjoint.data[sequence * rows.output_adjoint.stride + line],
                           to.first(sequence, line), to.step());
  }
};

}  // namespace

void softmax_backward(CudaSpace const& space, ConstValues output, Axis axis, ConstValues output_adjoint,
                      MutableValues input_adjoint) {
  cuda::each_element(space, "softmax_backward", output.sequences, rows_along(output, axis),
                     SoftmaxBackwardRow{output, output_adjoint, {input_adjoint, axis}});
}

void layer_norm_backward(CudaSpace const& space, ConstValues input, float const* scale, float epsilon,
                         ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "layer_norm_backward", input.sequences, input.positions,
                     LayerNormBackwardRow{input, scale, epsilon, output_adjoint, {input_adjoint, Axis::channels}});
}

void reduce_backward(CudaSpace const& space, ConstValues input, ConstValues output, Reduction reduction, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "reduce_backward", input.sequences, rows_along(input, axis),
                     ReduceBackwardRow{input, output, reduction, output_adjoint, {input_adjoint, axis}});
}

void softmax_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                     ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "softmax_rescale", input.sequences, rows_along(input, axis),
                     SoftmaxRescaleRow{{input, reference, output_adjoint}, {input_adjoint, axis}});
}

void layer_norm_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, float const* scale,
                        float epsilon, ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(
      space, "layer_norm_rescale", input.sequences, input.positions,
      LayerNormRescaleRow{{input, reference, output_adjoint}, scale, epsilon, {input_adjoint, Axis::channels}});
}

void log_sum_exp_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, Axis axis,
                         ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "log_sum_exp_rescale", input.sequences, rows_along(input, axis),
                     LogSumExpRescaleRow{{input, reference, output_adjoint}, {input_adjoint, axis}});
}

}  // namespace shoal::kernels
