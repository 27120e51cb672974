// SPDX-License-Identifier: MIT
// Sums over a packed library that a linear fit needs, in zero-sum contrasts, exact: counts are integers, the Gram
// matrix is taken from bit planes, and no design matrix is ever formed.
//
// The contrasts of a position. Let d = code ^ reference in 0..3, the reference being row 0's code. For k = 1, 2, 3 the
// contrast is the bit u_k = parity(k & d): u_1 the low bit of d, u_2 its high bit, u_3 their exclusive or. The
// functions 1/2 - u_k of the base are, up to sign, the characters of Z2 x Z2 divided by 2: each sums to zero over A, C,
// G, T and they are orthonormal. So ridge on the u_k, centred, is ridge on the one-hot design, reduced to full rank.
#pragma once

#include <cstdint>

#include "kernels/library/packed.hpp"
#include "kernels/space.hpp"
#include "kernels/views.hpp"

namespace shoal::kernels {

inline constexpr int contrasts_per_position = 3;

// Rows begin … end - 1 of a library.
struct RowRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  SHOAL_HOST_DEVICE std::int64_t size() const { return end - begin; }
};

// Words that the bits of `rows` rows need.
SHOAL_HOST_DEVICE constexpr std::int64_t words_per_plane(std::int64_t rows) {
  return (rows + 63) / 64;
}

// differences [words_per_row(length)]: the bitwise or, over rows 0 … rows - 1, of row ^ row 0. A position whose two
// bits are 0 has the same base in every one of these rows.
void library_differences(CpuSpace const& space, PackedView library, std::int64_t rows, std::uint64_t* differences);
void library_differences(CudaSpace const& space, PackedView library, std::int64_t rows, std::uint64_t* differences);

// Bit planes of the contrasts at the listed positions (ascending, in the space's memory). planes [3 count,
// words_per_plane(rows)]: row 3 i + k - 1 holds u_k of positions[i], bit r % 64 of word r / 64 for library row
// rows.begin + r; bits past the last row are 0.
void contrast_planes(CpuSpace const& space, PackedView library, RowRange rows, std::int32_t const* positions,
                     std::int32_t count, MatrixView<std::uint64_t> planes);
void contrast_planes(CudaSpace const& space, PackedView library, RowRange rows, std::int32_t const* positions,
                     std::int32_t count, MatrixView<std::uint64_t> planes);

// gram [p, p]: gram(i, j) = number of library rows in which both contrasts are 1; the diagonal holds the column sums.
// Only entries with column <= row are written. Exact for fewer than 2^31 rows. Cost p^2 rows / 128 word operations,
// for any mutation rate.
void contrast_gram(CpuSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<std::int32_t> gram);
void contrast_gram(CudaSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<std::int32_t> gram);

// products [p, tasks]: products(i, t) = sum of values(r, t) over the library rows r with contrast i; values [rows,
// tasks]. The order of summation depends on the number of rows only.
void contrast_products(CpuSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<double const> values,
                       MatrixView<double> products);
void contrast_products(CudaSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<double const> values,
                       MatrixView<double> products);

// The matrix of the centred normal equations from the Gram matrices of disjoint row blocks, grams [blocks, p, p], all
// blocks but `left_out` (-1: none) together having `rows` rows: normal = G - s s^T / rows + lambda I with s the
// diagonal of G. G - s s^T / rows is one exact integer, rounded once. Only entries with column <= row are written.
void normal_matrix(CpuSpace const& space, std::int32_t const* grams, int blocks, int left_out, std::int64_t rows,
                   double lambda, MatrixView<double> normal);
void normal_matrix(CudaSpace const& space, std::int32_t const* grams, int blocks, int left_out, std::int64_t rows,
                   double lambda, MatrixView<double> normal);

// copy = matrix + lambda I, entries with column <= row; both [p, p].
void copy_shifted(CpuSpace const& space, MatrixView<double const> matrix, double lambda, MatrixView<double> copy);
void copy_shifted(CudaSpace const& space, MatrixView<double const> matrix, double lambda, MatrixView<double> copy);

// predictions [rows, columns]: offsets[c] + the sum over the positions l of the row, ascending, whose base differs from
// row 0's by d = code ^ reference, of effects(3 l + d - 1, c); effects [3 length, columns]. Same bits in both spaces.
void predict_additive(CpuSpace const& space, PackedView library, RowRange rows, MatrixView<double const> effects,
                      double const* offsets, MatrixView<double> predictions);
void predict_additive(CudaSpace const& space, PackedView library, RowRange rows, MatrixView<double const> effects,
                      double const* offsets, MatrixView<double> predictions);

}  // namespace shoal::kernels
