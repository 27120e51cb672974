// SPDX-License-Identifier: MIT
// Symmetric matrices of thousands of rows, in either space, as in symmetric.hpp: row-major, square, contiguous, of
// which entries with column <= row alone are read.
#pragma once

#include "linalg/symmetric.hpp"

namespace shoal::linalg {

// Overwrites the lower triangle of `matrix` with L of matrix = L L^T. On the host tiles are computed by the space's
// threads; the bits depend on the order of the matrix alone. On a device this is cuSOLVER's dpotrf. Errors: numeric,
// naming the first leading minor that is not positive.
void factor_large(CpuSpace const& space, Matrix matrix);
void factor_large(CudaSpace const& space, Matrix matrix);

// Writes the diagonal of `matrix` to `diagonal` [n], both in the space's memory.
void copy_diagonal(CpuSpace const& space, Matrix matrix, double* diagonal);
void copy_diagonal(CudaSpace const& space, Matrix matrix, double* diagonal);

// Multiplies row i of `matrix` by factors[i].
void scale_rows(CpuSpace const& space, double const* factors, Matrix matrix);
void scale_rows(CudaSpace const& space, double const* factors, Matrix matrix);

// gram [n, n] += rows^T rows of device memory, as symmetric.hpp's add_gram of the host: cuBLAS' dsyrk.
void add_gram(CudaSpace const& space, kernels::MatrixView<double const> rows, Matrix gram);

}  // namespace shoal::linalg
