// SPDX-License-Identifier: MIT
// Stands in for the CUDA toolkit's header: matrix products of a warp. A fragment holds what one lane has of a matrix,
// and the lanes exchange nothing but by these calls. CUDA leaves the places of the elements open; here element e of the
// matrix is in lane (7 e + e / 32) % 32, so that code that relies on a place is wrong.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <cmath>
#include <cstring>

namespace nvcuda::wmma {

struct matrix_a {};
struct matrix_b {};
struct accumulator {};
struct row_major {};
struct col_major {};
enum layout_t { mem_row_major, mem_col_major };
namespace precision {
struct tf32 {};
}  // namespace precision

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
  static constexpr int num_elements = rows * columns / 32;
  static constexpr bool by_columns = std::is_same_v<Layout, col_major>;
  float x[num_elements];

  // The lane of element e; its place there is e / 32.
  static constexpr int lane_of(int e) { return (7 * e + e / 32) % 32; }
  // The element that is at a place of a lane: 23 is the inverse of 7 modulo 32.
  static constexpr int element(int lane, int place) { return 32 * place + (23 * ((lane - place) % 32 + 32)) % 32; }
};

// Every lane of the warp must arrive, with the same matrix.
struct LaneOf {
  void* fragment = nullptr;
  void const* memory = nullptr;
  unsigned row_size = 0;
};

inline void require_same(void* const* slots) {
  for (int lane = 1; lane < 32; ++lane) {
    auto const &first = *static_cast<LaneOf*>(slots[0]), &other = *static_cast<LaneOf*>(slots[lane]);
    if (first.memory != other.memory || first.row_size != other.row_size)
      cuda_emulated::refuse("lanes load different matrices");
  }
}

template <class Fragment>
void fill_fragment(Fragment& all, float value) {
  for (float& each : all.x) each = value;
}

template <class Fragment, class Stored>
void load_matrix_sync(Fragment& to, Stored const* from, unsigned row_size) {
  cuda_emulated::check_aligned(from, 32);
  cuda_emulated::check_aligned(from + row_size, 16);
  LaneOf mine{&to, from, row_size};
  cuda_emulated::warp_together(0xFFFFFFFFU, require_same, &mine);
  int const lane = static_cast<int>(cuda_emulated::lane());
  for (int place = 0; place < Fragment::num_elements; ++place) {
    int const e = Fragment::element(lane, place);
    auto const row = static_cast<unsigned>(e / Fragment::columns),
               column = static_cast<unsigned>(e % Fragment::columns);
    to.x[place] = value_of(Fragment::by_columns ? from[column * row_size + row] : from[row * row_size + column]);
  }
}

template <class Fragment>
void store_matrix_sync(float* to, Fragment const& from, unsigned row_size, layout_t layout) {
  cuda_emulated::check_aligned(to, 32);
  cuda_emulated::check_aligned(to + row_size, 16);
  LaneOf mine{nullptr, to, row_size};
  cuda_emulated::warp_together(0xFFFFFFFFU, require_same, &mine);
  int const lane = static_cast<int>(cuda_emulated::lane());
  for (int place = 0; place < Fragment::num_elements; ++place) {
    int const e = Fragment::element(lane, place);
    auto const row = static_cast<unsigned>(e / Fragment::columns),
               column = static_cast<unsigned>(e % Fragment::columns);
    to[layout == mem_row_major ? row * row_size + column : column * row_size + row] = from.x[place];
  }
}

template <class Sum, class A, class B>
struct Product {
  Sum* result;
  A const* a;
  B const* b;
  Sum const* sum;
};

// The whole matrix from the lanes' parts, and back.
template <class Fragment, class Part>
void gather_fragments(void* const* slots, Part part, float (&matrix)[Fragment::rows][Fragment::columns]) {
  for (int lane = 0; lane < 32; ++lane) {
    Fragment const& fragment = *part(slots[lane]);
    for (int place = 0; place < Fragment::num_elements; ++place) {
      int const e = Fragment::element(lane, place);
      matrix[e / Fragment::columns][e % Fragment::columns] = fragment.x[place];
    }
  }
}

template <class Sum, class A, class B>
void multiply_warp(void* const* slots) {
  using All = Product<Sum, A, B>;
  float a[A::rows][A::columns], b[B::rows][B::columns], sum[Sum::rows][Sum::columns];
  gather_fragments<A>(
      slots, [](void* slot) { return static_cast<All*>(slot)->a; }, a);
  gather_fragments<B>(
      slots, [](void* slot) { return static_cast<All*>(slot)->b; }, b);
  gather_fragments<Sum>(
      slots, [](void* slot) { return static_cast<All*>(slot)->sum; }, sum);
  for (int row = 0; row < A::rows; ++row) {
    for (int k = 0; k < A::columns; ++k) {
      for (int column = 0; column < B::columns; ++column) {
        sum[row][column] = std::fma(a[row][k], b[k][column], sum[row][column]);
      }
    }
  }
  for (int lane = 0; lane < 32; ++lane) {
    Sum& result = *static_cast<All*>(slots[lane])->result;
    for (int place = 0; place < Sum::num_elements; ++place) {
      int const e = Sum::element(lane, place);
      result.x[place] = sum[e / Sum::columns][e % Sum::columns];
    }
  }
}

template <class Sum, class A, class B>
void mma_sync(Sum& result, A const& a, B const& b, Sum const& sum) {
  Product<Sum, A, B> mine{&result, &a, &b, &sum};
  cuda_emulated::warp_together(0xFFFFFFFFU, multiply_warp<Sum, A, B>, &mine);
}

}  // namespace nvcuda::wmma
