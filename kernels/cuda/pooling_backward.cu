// SPDX-License-Identifier: MIT
#include "kernels/backward/pooling_backward.hpp"

#include "kernels/common/pooling_backward.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

__device__ PoolColumns columns_of(ConstValues const& input, ConstValues const& output, ConstValues const& adjoint,
                                  std::int64_t sequence, std::int64_t channel) {
  return {input.data + sequence * input.stride + channel,
          output.data + sequence * output.stride + channel,
          adjoint.data + sequence * adjoint.stride + channel,
          input.positions,
          output.positions,
          input.channels};
}

struct PoolBackwardElement {
  ConstValues input;
  ConstValues output;
  PoolShape shape;
  ConstValues output_adjoint;
  MutableValues input_adjoint;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::int64_t const t = i / input.channels;
    PoolColumns const columns = columns_of(input, output, output_adjoint, sequence, i - t * input.channels);
    input_adjoint.data[sequence * input_adjoint.stride + i] = pool_adjoint(shape, columns, t);
  }
};

struct GlobalPoolBackwardElement {
  ConstValues input;
  ConstValues output;
  PoolKind kind;
  ConstValues output_adjoint;
  MutableValues input_adjoint;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::int64_t const t = i / input.channels;
    PoolColumns const columns = columns_of(input, output, output_adjoint, sequence, i - t * input.channels);
    input_adjoint.data[sequence * input_adjoint.stride + i] =
        kind == PoolKind::average ? *columns.output_adjoint / static_cast<float>(input.positions)
                                  : global_maximum_adjoint(columns.input, input.positions, input.channels, t,
                                                           *columns.output, *columns.output_adjoint);
  }
};

struct MaxPoolRescaleElement {
  PooledPair values;
  PoolShape shape;
  ConstValues output_adjoint;
  MutableValues input_adjoint;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::int64_t const channels = values.input.channels;
    std::int64_t const t = i / channels;
    std::int64_t const channel = i - t * channels;
    PoolColumns const own = columns_of(values.input, values.output, output_adjoint, sequence, channel);
    PoolColumns const reference =
        columns_of(values.reference_input, values.reference_output, output_adjoint, sequence, channel);
    input_adjoint.data[sequence * input_adjoint.stride + i] = max_pool_multiplier(shape, own, reference, t);
  }
};

}  // namespace

void pool_backward(CudaSpace const& space, ConstValues input, ConstValues output, PoolShape const& shape,
                   ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "pool_backward", input.sequences, input.positions * input.channels,
                     PoolBackwardElement{input, output, shape, output_adjoint, input_adjoint});
}

void global_pool_backward(CudaSpace const& space, ConstValues input, ConstValues output, PoolKind kind,
                          ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "global_pool_backward", input.sequences, input.positions * input.channels,
                     GlobalPoolBackwardElement{input, output, kind, output_adjoint, input_adjoint});
}

void max_pool_rescale(CudaSpace const& space, PooledPair const& values, PoolShape const& shape,
                      ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "max_pool_rescale", values.input.sequences, values.input.positions * values.input.channels,
                     MaxPoolRescaleElement{values, shape, output_adjoint, input_adjoint});
}

}  // namespace shoal::kernels
