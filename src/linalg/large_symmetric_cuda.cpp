// SPDX-License-Identifier: MIT
#include "linalg/large_symmetric.hpp"

#include "linalg/handles_cuda.hpp"
#include "linalg/refusals.hpp"

namespace shoal::linalg {

void factor_large(CudaSpace const& space, Matrix matrix) {
  cholesky_factor(space, matrix);
}

void copy_diagonal(CudaSpace const& space, Matrix matrix, double* diagonal) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  SolverLease const state = solver_state(space);
  check(cublas::dcopy(state->blas.get(), static_cast<int>(matrix.rows), matrix.data,
                      static_cast<int>(matrix.stride + 1), diagonal, 1),
        "dcopy");
}

void scale_rows(CudaSpace const& space, double const* factors, Matrix matrix) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  SolverLease const state = solver_state(space);
  int const n = static_cast<int>(matrix.rows);
  int const stride = static_cast<int>(matrix.stride);
  // A row is a column of cuBLAS.
  check(cublas::ddgmm(state->blas.get(), CUBLAS_SIDE_RIGHT, n, n, matrix.data, stride, factors, 1, matrix.data, stride),
        "ddgmm");
}

void add_gram(CudaSpace const& space, kernels::MatrixView<double const> rows, Matrix gram) {
  expect_square(gram);
  if (rows.rows == 0 || gram.rows == 0) return;
  SolverLease const state = solver_state(space);
  double const one = 1.0;
  // Row-major rows [count, n] are column-major [n, count], and row-major lower is column-major upper.
  check(cublas::dsyrk(state->blas.get(), CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_N, static_cast<int>(rows.columns),
                      static_cast<int>(rows.rows), &one, rows.data, static_cast<int>(rows.stride), &one, gram.data,
                      static_cast<int>(gram.stride)),
        "dsyrk");
}

}  // namespace shoal::linalg
