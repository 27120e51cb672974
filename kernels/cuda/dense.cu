// SPDX-License-Identifier: MIT
#include "kernels/forward/dense.hpp"

#include "kernels/cuda/tensor_product.cuh"

namespace shoal::kernels {

std::size_t packed_weights_size(CudaSpace const&, DenseShape const& shape) {
  return static_cast<std::size_t>((1 + shape.in_channels) * cuda::packed_columns(shape.units));
}

void pack_weights(CudaSpace const&, DenseShape const& shape, float const* kernel, float const* bias, float* packed) {
  cuda::pack_columns(kernel, bias, shape.in_channels, shape.units, packed);
}

// A convolution one position wide.
void dense(CudaSpace const& space, ConstValues input, DenseShape const& shape, float const* packed_weights,
           MutableValues output) {
  cuda::TileProduct product;
  product.input = input;
  product.output = output;
  product.packed = packed_weights;
  product.packed_columns = static_cast<std::int32_t>(cuda::packed_columns(shape.units));
  product.rows_per_sequence = static_cast<std::int32_t>(output.positions);
  if (shape.precision == Precision::f32) {
    cuda::multiply_tiles(space, "dense", product, shape.activation, shape.alpha);
  } else {
    cuda::multiply_tensor_tiles(space, "dense", product, shape.precision, shape.activation, shape.alpha);
  }
}

}  // namespace shoal::kernels
