// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "kernels/cuda/columns.cuh"
#include "kernels/forward/convolution.hpp"

namespace shoal::kernels {

std::size_t packed_code_filters_size(CudaSpace const&, ConvolutionShape const& shape) {
  return static_cast<std::size_t>((1 + shape.width * cuda::rows_a_base) * cuda::packed_columns(shape.filters));
}

void pack_code_filters(CudaSpace const&, ConvolutionShape const& shape, float const* kernel, float const* bias,
                       float* packed) {
  std::vector<float> rows(static_cast<std::size_t>(shape.width * cuda::rows_a_base * shape.filters), 0.0F);
  for (std::int64_t k = 0; k < shape.width; ++k) {
    std::copy_n(kernel + k * 4 * shape.filters, 4 * shape.filters, rows.data() + k * cuda::rows_a_base * shape.filters);
  }
  cuda::pack_columns(rows.data(), bias, shape.width * cuda::rows_a_base, shape.filters, packed);
}

}  // namespace shoal::kernels
