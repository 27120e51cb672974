// SPDX-License-Identifier: MIT
#include "kernels/backward/pooling_backward.hpp"

#include "kernels/common/pooling_backward.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

PoolColumns columns_of(ConstValues const& input, ConstValues const& output, float const* output_adjoint,
                       std::int64_t sequence, std::int64_t channel) {
  return {.input = input.data + sequence * input.stride + channel,
          .output = output.data + sequence * output.stride + channel,
          .output_adjoint = output_adjoint + channel,
          .positions = input.positions,
          .windows = output.positions,
          .channels = input.channels};
}

}  // namespace

void pool_backward(CpuSpace const& space, ConstValues input, ConstValues output, PoolShape const& shape,
                   ConstValues output_adjoint, MutableValues input_adjoint) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    float const* const from = output_adjoint.data + s * output_adjoint.stride;
    float* const to = input_adjoint.data + s * input_adjoint.stride;
    for (std::int64_t t = 0; t < input.positions; ++t) {
      for (std::int64_t c = 0; c < input.channels; ++c) {
        to[t * input.channels + c] = pool_adjoint(shape, columns_of(input, output, from, s, c), t);
      }
    }
    clear_margin(input_adjoint, s);
  }
}

void global_pool_backward(CpuSpace const& space, ConstValues input, ConstValues output, PoolKind kind,
                          ConstValues output_adjoint, MutableValues input_adjoint) {
  auto const positions = static_cast<float>(input.positions);
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    float const* const from = output_adjoint.data + s * output_adjoint.stride;
    float const* const most = output.data + s * output.stride;
    float const* const values = input.data + s * input.stride;
    float* const to = input_adjoint.data + s * input_adjoint.stride;
    for (std::int64_t t = 0; t < input.positions; ++t) {
      for (std::int64_t c = 0; c < input.channels; ++c) {
        to[t * input.channels + c] =
            kind == PoolKind::average
                ? from[c] / positions
                : global_maximum_adjoint(values + c, input.positions, input.channels, t, most[c], from[c]);
      }
    }
    clear_margin(input_adjoint, s);
  }
}

void max_pool_rescale(CpuSpace const& space, PooledPair const& values, PoolShape const& shape,
                      ConstValues output_adjoint, MutableValues input_adjoint) {
  ConstValues const& input = values.input;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    float const* const from = output_adjoint.data + s * output_adjoint.stride;
    float* const to = input_adjoint.data + s * input_adjoint.stride;
    for (std::int64_t t = 0; t < input.positions; ++t) {
      for (std::int64_t c = 0; c < input.channels; ++c) {
        to[t * input.channels + c] =
            max_pool_multiplier(shape, columns_of(input, values.output, from, s, c),
                                columns_of(values.reference_input, values.reference_output, from, s, c), t);
      }
    }
    clear_margin(input_adjoint, s);
  }
}

}  // namespace shoal::kernels
