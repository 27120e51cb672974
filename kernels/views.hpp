// SPDX-License-Identifier: MIT
// Plain views of memory that kernels work on. They own nothing and are passed by value, also to CUDA kernels.
#pragma once

#include <cstddef>
#include <cstdint>

namespace shoal::kernels {

// A row-major matrix: element (row, column) is data[row * stride + column].
template <class T>
struct MatrixView {
  T* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t stride = 0;
};

}  // namespace shoal::kernels
