// SPDX-License-Identifier: MIT
// One thread per element: attention is a small part of the networks that are read.
#include "kernels/forward/matrix_product.hpp"

#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct ProductElement {
  ConstValues left, right;
  GroupedProduct product;
  MutableValues result;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::int64_t const size = product.rows * product.columns;
    std::int64_t const group = i / size;
    std::int64_t const row = (i - group * size) / product.columns;
    std::int64_t const column = i - group * size - row * product.columns;
    float const* const a = left.data + sequence * left.stride + group * product.left.group + row * product.left.row;
    float const* const b =
        right.data + sequence * right.stride + group * product.right.group + column * product.right.column;
    float sum = 0.0F;
    for (std::int64_t k = 0; k < product.depth; ++k) {
      sum = __fmaf_rn(a[k * product.left.column], b[k * product.right.row], sum);
    }
    result.data[sequence * result.stride + group * product.result.group + row * product.result.row +
                column * product.result.column] = sum;
  }
};

}  // namespace

void grouped_product(CudaSpace const& space, ConstValues left, ConstValues right, GroupedProduct const& product,
                     MutableValues result) {
  cuda::each_element(space, "grouped_product", result.sequences, product.groups * product.rows * product.columns,
                     ProductElement{left, right, product, result});
}

}  // namespace shoal::kernels
