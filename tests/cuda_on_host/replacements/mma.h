// SPDX-License-Identifier: MIT
// Stands in for CUDA's header: fragments of a warp's matrix product, as loops. A fragment is whole in every thread, and
// the first thread of a warp does all the work: between two barriers that is what a warp does together.
#pragma once

#include <cuda_bf16.h>

#include <cmath>
#include <cstring>

namespace nvcuda::wmma {

struct matrix_a {};
struct matrix_b {};
struct accumulator {};
struct row_major {};
enum layout_t { mem_row_major };
namespace precision {
struct tf32 {};
}  // namespace precision

inline bool is_first_of_warp() {
  return threadIdx.x % 32 == 0;
}

inline float value_of(__nv_bfloat16 x) {
  std::uint32_t const bits = static_cast<std::uint32_t>(x.bits) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
// A tensor core does not read the bits that TF32 lacks.
inline float value_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= 0xFFFFE000U;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

template <class Use, int m, int n, int k, class Element, class Layout = void>
struct fragment {
  static constexpr int rows = std::is_same_v<Use, matrix_b> ? k : m;
  static constexpr int columns = std::is_same_v<Use, matrix_a> ? k : n;
  float values[rows][columns];
};

template <class Fragment>
void fill_fragment(Fragment& all, float value) {
  for (auto& row : all.values) {
    for (float& each : row) each = value;
  }
}

template <class Fragment, class Stored>
void load_matrix_sync(Fragment& to, Stored const* from, unsigned row_size) {
  if (!is_first_of_warp()) return;
  for (int row = 0; row < Fragment::rows; ++row) {
    for (int column = 0; column < Fragment::columns; ++column) {
      to.values[row][column] = value_of(from[static_cast<unsigned>(row) * row_size + static_cast<unsigned>(column)]);
    }
  }
}

template <class Fragment>
void store_matrix_sync(float* to, Fragment const& from, unsigned row_size, layout_t) {
  if (!is_first_of_warp()) return;
  for (int row = 0; row < Fragment::rows; ++row) {
    std::memcpy(to + static_cast<unsigned>(row) * row_size, from.values[row], sizeof from.values[row]);
  }
}

template <class Sum, class A, class B>
void mma_sync(Sum& result, A const& a, B const& b, Sum const& sum) {
  if (!is_first_of_warp()) return;
  for (int row = 0; row < A::rows; ++row) {
    for (int column = 0; column < B::columns; ++column) {
      float total = sum.values[row][column];
      for (int k = 0; k < A::columns; ++k) total = std::fma(a.values[row][k], b.values[k][column], total);
      result.values[row][column] = total;
    }
  }
}

}  // namespace nvcuda::wmma
