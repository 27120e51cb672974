// SPDX-License-Identifier: MIT
#include "kernels/forward/convolution.hpp"

#include "base/error.hpp"
#include "kernels/cuda/grouped_convolution.cuh"
#include "kernels/cuda/tensor_product.cuh"

namespace shoal::kernels {

bool fuses_max_pool(CudaSpace const&, std::int64_t width) {
  return width == 1 || width == 2 || width == 4;
}

bool fuses_sum(CudaSpace const&, Epilogue const&) {
  return false;
}

std::size_t packed_filters_size(CudaSpace const&, ConvolutionShape const& shape) {
  return static_cast<std::size_t>((1 + shape.width * (shape.in_channels / shape.groups)) *
                                  cuda::packed_columns(shape.filters));
}

void pack_filters(CudaSpace const&, ConvolutionShape const& shape, float const* kernel, float const* bias,
                  float* packed) {
  cuda::pack_columns(kernel, bias, shape.width * (shape.in_channels / shape.groups), shape.filters, packed);
}

void convolve(CudaSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed_filters,
              Epilogue const& epilogue, MutableValues output, ConstValues addend) {
  expect(addend.data == nullptr, "convolve: sums are not fused on CUDA");
  if (shape.groups != 1) {
    cuda::convolve_groups(space, input, shape, packed_filters, epilogue, output);
    return;
  }
  cuda::TileProduct product;
  product.input = input;
  product.output = output;
  product.packed = packed_filters;
  product.packed_columns = static_cast<std::int32_t>(cuda::packed_columns(shape.filters));
  product.width = static_cast<std::int32_t>(shape.width);
  product.stride = static_cast<std::int32_t>(shape.stride);
  product.dilation = static_cast<std::int32_t>(shape.dilation);
  product.padding = static_cast<std::int32_t>(shape.padding);
  product.pool = static_cast<std::int32_t>(epilogue.pool);
  product.rows_per_sequence = static_cast<std::int32_t>(output.positions * epilogue.pool);
  if (shape.precision == Precision::f32) {
    cuda::multiply_tiles(space, "convolve", product, epilogue.activation, epilogue.alpha);
  } else {
    cuda::multiply_tensor_tiles(space, "convolve", product, shape.precision, epilogue.activation, epilogue.alpha);
  }
}

}  // namespace shoal::kernels
