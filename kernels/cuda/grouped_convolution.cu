// SPDX-License-Identifier: MIT
#include "kernels/cuda/grouped_convolution.cuh"

#include "base/error.hpp"
#include "kernels/common/activation.hpp"
#include "kernels/cuda/columns.cuh"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels::cuda {

namespace {

struct GroupElement {
  ConstValues input;
  ConvolutionShape shape;
  float const* packed;
  Epilogue epilogue;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    auto const filters = static_cast<std::uint32_t>(shape.filters);
    std::uint32_t const t = static_cast<std::uint32_t>(i) / filters;
    std::uint32_t const f = static_cast<std::uint32_t>(i) - t * filters;
    auto const groups = static_cast<std::uint32_t>(shape.groups);
    std::uint32_t const group = f / (filters / groups);
    std::uint32_t const depth = static_cast<std::uint32_t>(input.channels) / groups;
    std::int64_t const row_size = packed_columns(shape.filters);
    float const* const from = input.data + sequence * input.stride + group * depth;
    float const* weight = packed + f;
    float sum = *weight;
    for (std::int64_t k = 0; k < shape.width; ++k) {
      std::int64_t const position = t * shape.stride + k * shape.dilation - shape.padding;
      bool const is_inside = position >= 0 && position < input.positions;
      for (std::uint32_t c = 0; c < depth; ++c) {
        weight += row_size;
        if (is_inside) sum = __fmaf_rn(from[position * input.channels + c], *weight, sum);
      }
    }
    output.data[sequence * output.stride + i] = activated<ScalarMath>(epilogue.activation, epilogue.alpha, sum);
  }
};

}  // namespace

void convolve_groups(CudaSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed,
                     Epilogue const& epilogue, MutableValues output) {
  expect(epilogue.pool == 1, "convolve: pooling is not fused with groups");
  each_element(space, "convolve_groups", output.sequences, output.positions * output.channels,
               GroupElement{input, shape, packed, epilogue, output});
}

}  // namespace shoal::kernels::cuda
