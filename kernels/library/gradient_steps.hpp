// SPDX-License-Identifier: MIT
// Conjugate gradients on several right-hand sides in the memory of a backend: what they do between two products with
// the normal matrix, and what the product does to rows. Matrices are interleaved, [size, columns] contiguous.
//
// Sums on the host are those of kernels/column_sums.hpp. A device adds in trees whose shape depends on the sizes alone:
// the two spaces agree but for rounding, and each gives the same bits every time.
#pragma once

#include <cstdint>

#include "kernels/library/mutation_lists.hpp"
#include "kernels/space.hpp"
#include "kernels/views.hpp"

namespace shoal::kernels {

// Parts of a sum over `count` items, per column: working memory of the functions below.
constexpr std::int64_t items_per_part = 2048;
constexpr std::int64_t sum_parts(std::int64_t count) {
  return (count + items_per_part - 1) / items_per_part;
}

// values(row) = constant + sums(row); sums [rows, columns] contiguous, constant [columns].
void add_constant(CpuSpace const& space, double const* sums, double const* constant, MatrixView<double> values);
void add_constant(CudaSpace const& space, double const* sums, double const* constant, MatrixView<double> values);

// padded [before + rows + after, columns] = values between rows of zeros, and totals [columns] = the sums of values.
// parts [sum_parts(rows) * columns].
void pad_rows(CpuSpace const& space, MatrixView<double const> values, std::int64_t before, std::int64_t after,
              double* padded, double* totals, double* parts);
void pad_rows(CudaSpace const& space, MatrixView<double const> values, std::int64_t before, std::int64_t after,
              double* padded, double* totals, double* parts);

// values(row) = w(row) (values(row) - Σ w values / total); `weights` [rows] may be null, for ones. totals [columns] and
// parts [sum_parts(rows) * columns] are working memory.
void centre_rows(CpuSpace const& space, double const* weights, double total, MatrixView<double> values, double* totals,
                 double* parts);
void centre_rows(CudaSpace const& space, double const* weights, double total, MatrixView<double> values, double* totals,
                 double* parts);

// products(i, column) += factors(column) terms(i, column).
void add_scaled(CpuSpace const& space, double const* factors, MatrixView<double const> terms, double* products);
void add_scaled(CudaSpace const& space, double const* factors, MatrixView<double const> terms, double* products);

// Where one right-hand side is.
struct GradientColumn {
  double side_norm = 0;         // squares of the right-hand side
  double squares = 0;           // Σ residual² / preconditioner
  double step = 0;              // along the direction, of this step
  double share = 0;             // of the old direction in the new one
  std::int32_t iterations = 0;  // steps taken
  std::int32_t active = 0;      // 1: its residual is above the tolerance
  std::int32_t singular = 0;    // 1: the matrix has no curvature along its direction
};

// All in the space's memory but for the numbers.
struct GradientVectors {
  std::int64_t size = 0;
  std::int64_t columns = 0;
  double tolerance = 0;  // of sqrt(squares / side_norm)
  double scale = 0;      // the preconditioner of entry i is scale + lambda diagonal(i)
  double const* diagonal = nullptr;
  double const* lambdas = nullptr;  // [columns]
  double* residual = nullptr;
  double* solution = nullptr;
  double* direction = nullptr;
  double* product = nullptr;         // of the matrix with the direction
  double* parts = nullptr;           // [2 sum_parts(size) * columns]
  GradientColumn* states = nullptr;  // [columns]

  SHOAL_HOST_DEVICE double preconditioner(std::int64_t i, std::int64_t column) const {
    return scale + lambdas[column] * diagonal[i];
  }
};

// Begins with `residual` holding the right-hand sides; with `has_guess` the product of the matrix with `solution` is in
// `product`, else the solution is 0.
void start_gradients(CpuSpace const& space, GradientVectors const& vectors, bool has_guess);
void start_gradients(CudaSpace const& space, GradientVectors const& vectors, bool has_guess);

// One step of all active columns, `product` being that of their directions. Others keep their residual and solution. A
// column ends when its residual is no longer above the tolerance, or when the curvature along its direction is below
// 1e-13 of the preconditioner's.
void step_gradients(CpuSpace const& space, GradientVectors const& vectors);
void step_gradients(CudaSpace const& space, GradientVectors const& vectors);

// Columns of a matrix, ascending.
struct ColumnChoice {
  std::int32_t count = 0;
  std::int32_t columns[most_mutation_columns] = {};
};

// to [rows, choice.count] = the chosen columns of `from` [rows, columns]. `to` is other memory.
void choose_columns(CpuSpace const& space, MatrixView<double const> from, ColumnChoice const& choice, double* to);
void choose_columns(CudaSpace const& space, MatrixView<double const> from, ColumnChoice const& choice, double* to);

}  // namespace shoal::kernels
