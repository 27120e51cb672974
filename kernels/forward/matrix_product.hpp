// SPDX-License-Identifier: MIT
// Products of two computed matrices: attention scores, and the averages that attention takes.
#pragma once

#include <cstdint>

#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// Where element (group, row, column) of an operand lies in one sequence's value: at group * group_step + row * row_step
// + column * column_step floats from position 0, channel 0. Heads are groups, and may lie side by side in the channels.
struct MatrixSteps {
  std::int64_t group = 0, row = 0, column = 1;
  bool operator==(MatrixSteps const&) const = default;
};

// result(g, i, j) = sum over k of left(g, i, k) * right(g, k, j) for g < groups, i < rows, k < depth, j < columns.
struct GroupedProduct {
  std::int64_t groups = 1, rows = 0, depth = 0, columns = 0;
  MatrixSteps left, right, result;
};

// The products whose results are the adjoints of `left` and of `right`, the adjoint of the result being an operand: the
// left one (times the turned right operand) for `left`, the right one (times the turned left operand) for `right`.
inline GroupedProduct adjoint_of_left(GroupedProduct const& product) {
  MatrixSteps const turned{product.right.group, product.right.column, product.right.row};
  return {product.groups, product.rows, product.columns, product.depth, product.result, turned, product.left};
}
inline GroupedProduct adjoint_of_right(GroupedProduct const& product) {
  MatrixSteps const turned{product.left.group, product.left.column, product.left.row};
  return {product.groups, product.depth, product.rows, product.columns, turned, product.result, product.right};
}

// All values have the same sequences. Each element is one chain of float32 fused multiply-adds from 0 through k.
// Elements of `result` that the product does not name keep their values.
void grouped_product(CpuSpace const& space, ConstValues left, ConstValues right, GroupedProduct const& product,
                     MutableValues result);
void grouped_product(CudaSpace const& space, ConstValues left, ConstValues right, GroupedProduct const& product,
                     MutableValues result);

}  // namespace shoal::kernels
