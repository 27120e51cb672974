// SPDX-License-Identifier: MIT
#include "linalg/symmetric.hpp"

#include <cblas.h>
#include <lapacke.h>

#include "linalg/host_library.hpp"
#include "linalg/refusals.hpp"

namespace shoal::linalg {

namespace {

// Row-major lower is column-major upper: LAPACK sees the same memory without a transposed copy.
constexpr char triangle = 'U';

lapack_int order(Matrix matrix) {
  return static_cast<lapack_int>(matrix.rows);
}

}  // namespace

void queue_factor(CpuSpace const&, Matrix matrix, int* info) {
  use_one_host_thread();
  *info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, triangle, order(matrix), matrix.data, order(matrix));
}

void queue_solve(CpuSpace const&, Matrix factor, Matrix right_sides, int* info) {
  use_one_host_thread();
  lapack_int const n = order(factor);
  *info = LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, triangle, n, order(right_sides), factor.data, n, right_sides.data,
                              static_cast<lapack_int>(right_sides.stride));
}

void queue_inverse(CpuSpace const&, Matrix factor, int* info) {
  use_one_host_thread();
  *info = LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, triangle, 'N', order(factor), factor.data, order(factor));
}

void cholesky_factor(CpuSpace const& space, Matrix matrix) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  int info = 0;
  queue_factor(space, matrix, &info);
  check_cholesky(info, matrix.rows);
}

void cholesky_solve(CpuSpace const& space, Matrix factor, Matrix right_sides) {
  expect_square(factor);
  if (factor.rows == 0 || right_sides.rows == 0) return;
  int info = 0;
  queue_solve(space, factor, right_sides, &info);
  check_routine(info, "dpotrs");
}

double cholesky_inverse_trace(CpuSpace const& space, Matrix factor) {
  expect_square(factor);
  if (factor.rows == 0) return 0.0;
  int info = 0;
  queue_inverse(space, factor, &info);
  check_routine(info, "dtrtri");
  double trace = 0.0;
  for (std::int64_t row = 0; row < factor.rows; ++row) {
    double sum = 0.0;
    for (std::int64_t column = 0; column <= row; ++column) {
      double const entry = factor.data[row * factor.stride + column];
      sum += entry * entry;
    }
    trace += sum;
  }
  return trace;
}

void add_gram(CpuSpace const&, kernels::MatrixView<double const> rows, Matrix gram) {
  expect_square(gram);
  if (rows.rows == 0 || gram.rows == 0) return;
  use_one_host_thread();
  cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, static_cast<blasint>(rows.columns),
              static_cast<blasint>(rows.rows), 1.0, rows.data, static_cast<blasint>(rows.stride), 1.0, gram.data,
              static_cast<blasint>(gram.stride));
}

void symmetric_eigen(CpuSpace const&, Matrix matrix, double* values) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  use_one_host_thread();
  lapack_int const n = order(matrix);
  check_routine(LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', triangle, n, matrix.data, n, values), "dsyevd");
}

}  // namespace shoal::linalg
