// SPDX-License-Identifier: MIT
// Work of symmetric.hpp that is put into a device's stream without a wait. What LAPACK calls `info` is written to the
// space's memory, where the caller reads it with its results: check_cholesky and check_routine tell what it means. The
// host works at once.
#pragma once

#include <cstdint>

#include "linalg/symmetric.hpp"

namespace shoal::linalg {

// Overwrites the lower triangle of `matrix` with L of matrix = L L^T.
void queue_factor(CpuSpace const& space, Matrix matrix, int* info);
void queue_factor(CudaSpace const& space, Matrix matrix, int* info);

// Overwrites every row b of `right_sides` [count, n] with the solution x of L L^T x = b.
void queue_solve(CpuSpace const& space, Matrix factor, Matrix right_sides, int* info);
void queue_solve(CudaSpace const& space, Matrix factor, Matrix right_sides, int* info);

// Overwrites the lower triangle of a factor with its inverse.
void queue_inverse(CpuSpace const& space, Matrix factor, int* info);
void queue_inverse(CudaSpace const& space, Matrix factor, int* info);

// Interprets `info` of a Cholesky factorisation of order n. Errors: numeric when positive, internal when negative.
void check_cholesky(std::int64_t info, std::int64_t n);

// The same for any other LAPACK routine, called `routine`. Errors: numeric, internal.
void check_routine(std::int64_t info, char const* routine);

}  // namespace shoal::linalg
