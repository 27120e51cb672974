// SPDX-License-Identifier: MIT
#include "kernels/forward/pooling.hpp"

#include "kernels/common/counted_rows.hpp"
#include "kernels/common/maximum.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

// The maximum of `rows` >= 1 rows that are `channels` apart, or their sum in rising order by `divisor`.
__device__ float pooled(PoolKind kind, float const* first, std::int64_t rows, std::int64_t channels,
                        std::int64_t divisor) {
  float result = first[0];
  if (kind == PoolKind::max) {
    for (std::int64_t t = 1; t < rows; ++t) result = larger(result, first[t * channels]);
    return result;
  }
  for (std::int64_t t = 1; t < rows; ++t) result += first[t * channels];
  return result / static_cast<float>(divisor);
}

struct PoolElement {
  ConstValues input;
  PoolShape shape;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    auto const channels = static_cast<std::uint32_t>(input.channels);
    auto const u = static_cast<std::uint32_t>(i) / channels;
    auto const channel = static_cast<std::uint32_t>(i) - u * channels;
    std::int64_t const start = u * shape.stride - shape.padding;
    std::int64_t const first = start > 0 ? start : 0;
    std::int64_t const last = start + shape.width < input.positions ? start + shape.width : input.positions;
    float const* const from = input.data + sequence * input.stride + first * input.channels + channel;
    output.data[sequence * output.stride + i] =
        pooled(shape.kind, from, last - first, input.channels, counted_rows(shape, input.positions, start));
  }
};

struct GlobalPoolElement {
  ConstValues input;
  PoolKind kind;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t channel) const {
    float const* const from = input.data + sequence * input.stride + channel;
    output.data[sequence * output.stride + channel] =
        pooled(kind, from, input.positions, input.channels, input.positions);
  }
};

}  // namespace

void pool(CudaSpace const& space, ConstValues input, PoolShape const& shape, MutableValues output) {
  cuda::each_element(space, "pool", output.sequences, output.positions * output.channels,
                     PoolElement{input, shape, output});
}

void global_pool(CudaSpace const& space, ConstValues input, PoolKind kind, MutableValues output) {
  cuda::each_element(space, "global_pool", output.sequences, output.channels, GlobalPoolElement{input, kind, output});
}

}  // namespace shoal::kernels
