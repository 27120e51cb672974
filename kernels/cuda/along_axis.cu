// SPDX-License-Identifier: MIT
// One thread per row: these layers are a small part of any network.
#include "kernels/forward/along_axis.hpp"

#include "kernels/common/along_axis.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

__device__ Row row_of(ConstValues const& input, Axis axis, std::int64_t sequence, std::int64_t i) {
  float const* const from = input.data + sequence * input.stride;
  if (axis == Axis::positions) return {from + i, input.positions, input.channels};
  return {from + i * input.channels, input.channels, 1};
}

struct ReduceRow {
  ConstValues input;
  Reduction reduction;
  Axis axis;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    output.data[sequence * output.stride + i] = reduced(reduction, row_of(input, axis, sequence, i));
  }
};

struct SoftmaxRow {
  ConstValues input;
  Axis axis;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    Row const row = row_of(input, axis, sequence, i);
    std::int64_t const first = axis == Axis::positions ? i : i * output.channels;
    softmax_of(row, output.data + sequence * output.stride + first, row.step);
  }
};

struct LayerNormRow {
  ConstValues input;
  float const* scale;
  float const* shift;
  float epsilon;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    layer_norm_of(row_of(input, Axis::channels, sequence, i), scale, shift, epsilon,
                  output.data + sequence * output.stride + i * output.channels);
  }
};

std::int64_t rows_along(ConstValues const& input, Axis axis) {
  return axis == Axis::positions ? input.channels : input.positions;
}

}  // namespace

void reduce(CudaSpace const& space, ConstValues input, Reduction reduction, Axis axis, MutableValues output) {
  cuda::each_element(space, "reduce", input.sequences, rows_along(input, axis),
                     ReduceRow{input, reduction, axis, output});
}

void softmax(CudaSpace const& space, ConstValues input, Axis axis, MutableValues output) {
  cuda::each_element(space, "softmax", input.sequences, rows_along(input, axis), SoftmaxRow{input, axis, output});
}

void layer_norm(CudaSpace const& space, ConstValues input, float const* scale, float const* shift, float epsilon,
                MutableValues output) {
  cuda::each_element(space, "layer_norm", input.sequences, input.positions,
                     LayerNormRow{input, scale, shift, epsilon, output});
}

}  // namespace shoal::kernels
