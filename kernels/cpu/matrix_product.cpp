// SPDX-License-Identifier: MIT
#include "kernels/forward/matrix_product.hpp"

#include <algorithm>
#include <vector>

#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

namespace {

struct Matrix {
  float const* data;
  std::int64_t rows, columns, row_step, column_step;
};

void copy_rows(Matrix const& matrix, float* to) {
  for (std::int64_t i = 0; i < matrix.rows; ++i) {
    float const* const row = matrix.data + i * matrix.row_step;
    for (std::int64_t j = 0; j < matrix.columns; ++j) *to++ = row[j * matrix.column_step];
  }
}

// Copies of one group's operands in the order that the vector loops read.
class Workspace {
 public:
  explicit Workspace(GroupedProduct const& product)
      : product_(product),
        panels_{product.depth, product.columns, panel_width, 0},
        right_(static_cast<std::size_t>(product.depth * product.columns)),
        packed_(panels_size(panels_)),
        left_(static_cast<std::size_t>(product.left.column == 1 ? 0 : product.rows * product.depth)),
        result_(static_cast<std::size_t>(product.result.column == 1 ? 0 : product.rows * product.columns)) {}

  void multiply(float const* left, float const* right, float* result) {
    copy_rows({right, product_.depth, product_.columns, product_.right.row, product_.right.column}, right_.data());
    pack_panels(panels_, right_.data(), nullptr, packed_.data());
    bool const copies_left = product_.left.column != 1, copies_result = product_.result.column != 1;
    if (copies_left) {
      copy_rows({left, product_.rows, product_.depth, product_.left.row, product_.left.column}, left_.data());
    }
    vector_kernels().multiply({.input = copies_left ? left_.data() : left,
                               .row_step = copies_left ? product_.depth : product_.left.row,
                               .segments = 1,
                               .segment_length = product_.depth,
                               .segment_step = 0,
                               .panels = packed_.data(),
                               .output = {.data = copies_result ? result_.data() : result,
                                          .rows = product_.rows,
                                          .channels = product_.columns,
                                          .row_step = copies_result ? product_.columns : product_.result.row}});
    if (copies_result) scatter(result);
  }

 private:
  void scatter(float* result) const {
    float const* from = result_.data();
    for (std::int64_t i = 0; i < product_.rows; ++i) {
      for (std::int64_t j = 0; j < product_.columns; ++j) {
        result[i * product_.result.row + j * product_.result.column] = *from++;
      }
    }
  }

  GroupedProduct const& product_;
  PanelShape const panels_;
  std::vector<float> right_, packed_, left_, result_;
};

}  // namespace

void grouped_product(CpuSpace const& space, ConstValues left, ConstValues right, GroupedProduct const& product,
                     MutableValues result) {
#pragma omp parallel num_threads(space.threads) if (space.threads > 1)
  {
    Workspace workspace(product);
#pragma omp for schedule(static)
    for (std::int64_t s = 0; s < result.sequences; ++s) {
      for (std::int64_t g = 0; g < product.groups; ++g) {
        workspace.multiply(left.data + s * left.stride + g * product.left.group,
                           right.data + s * right.stride + g * product.right.group,
                           result.data + s * result.stride + g * product.result.group);
      }
      clear_margin(result, s);
    }
  }
}

}  // namespace shoal::kernels
