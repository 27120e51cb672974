// SPDX-License-Identifier: MIT
// Symmetric matrices in double precision, in either space: Cholesky factors, solves, eigenvectors. Matrices are
// row-major, square and contiguous (stride = columns), and only entries with column <= row are read. Host calls run on
// the calling thread alone and may be made from several threads at once; device calls wait for their result.
#pragma once

#include "kernels/space.hpp"
#include "kernels/views.hpp"

namespace shoal::linalg {

using kernels::CpuSpace;
using kernels::CudaSpace;
using Matrix = kernels::MatrixView<double>;

// Overwrites the lower triangle of `matrix` with L of matrix = L L^T. Errors: numeric, naming the first leading minor
// that is not positive.
void cholesky_factor(CpuSpace const& space, Matrix matrix);
void cholesky_factor(CudaSpace const& space, Matrix matrix);

// Overwrites every row b of `right_sides` [count, n] with the solution x of L L^T x = b.
void cholesky_solve(CpuSpace const& space, Matrix factor, Matrix right_sides);
void cholesky_solve(CudaSpace const& space, Matrix factor, Matrix right_sides);

// The trace of (L L^T)^-1, the sum of squares of L^-1, which overwrites the factor.
double cholesky_inverse_trace(CpuSpace const& space, Matrix factor);
double cholesky_inverse_trace(CudaSpace const& space, Matrix factor);

// gram [n, n] += rows^T rows, `rows` [count, n] contiguous; entries with column <= row only. Host only.
void add_gram(CpuSpace const& space, kernels::MatrixView<double const> rows, Matrix gram);

// Overwrites row i of `matrix` with the unit eigenvector of values[i] (ascending, in the space's memory).
void symmetric_eigen(CpuSpace const& space, Matrix matrix, double* values);
void symmetric_eigen(CudaSpace const& space, Matrix matrix, double* values);

}  // namespace shoal::linalg
