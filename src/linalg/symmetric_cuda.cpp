// SPDX-License-Identifier: MIT
#include <vector>

#include "linalg/handles_cuda.hpp"
#include "linalg/refusals.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::linalg {

namespace {

// Row-major lower is column-major upper.
constexpr cublasFillMode_t triangle = CUBLAS_FILL_MODE_UPPER;

cudaStream_t stream_of(CudaSpace const& space) {
  return static_cast<cudaStream_t>(space.stream);
}

int order(Matrix matrix) {
  return static_cast<int>(matrix.rows);
}

std::size_t doubles(int count) {
  return static_cast<std::size_t>(count) * sizeof(double);
}

}  // namespace

void cholesky_factor(CudaSpace const& space, Matrix matrix) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  SolverLease const state = solver_state(space);
  int const n = order(matrix);
  int size = 0;
  check(cusolverDnDpotrf_bufferSize(state->solver.get(), triangle, n, matrix.data, n, &size), "sizing dpotrf");
  auto* const workspace = static_cast<double*>(state->reserve(doubles(size)));
  check(cusolverDnDpotrf(state->solver.get(), triangle, n, matrix.data, n, workspace, size,
                         static_cast<int*>(state->info.get())),
        "dpotrf");
  check_cholesky(state->read_info(stream_of(space)), n);
}

void cholesky_solve(CudaSpace const& space, Matrix factor, Matrix right_sides) {
  expect_square(factor);
  if (factor.rows == 0 || right_sides.rows == 0) return;
  SolverLease const state = solver_state(space);
  int const n = order(factor);
  check(cusolverDnDpotrs(state->solver.get(), triangle, n, order(right_sides), factor.data, n, right_sides.data,
                         static_cast<int>(right_sides.stride), static_cast<int*>(state->info.get())),
        "dpotrs");
  check_routine(state->read_info(stream_of(space)), "dpotrs");
}

double cholesky_inverse_trace(CudaSpace const& space, Matrix factor) {
  expect_square(factor);
  if (factor.rows == 0) return 0.0;
  SolverLease const state = solver_state(space);
  std::int64_t const n = factor.rows;
  std::size_t device_bytes = 0;
  std::size_t host_bytes = 0;
  check(cusolverDnXtrtri_bufferSize(state->solver.get(), triangle, CUBLAS_DIAG_NON_UNIT, n, CUDA_R_64F, factor.data, n,
                                    &device_bytes, &host_bytes),
        "sizing dtrtri");
  std::vector<std::byte> host(host_bytes);
  check(cusolverDnXtrtri(state->solver.get(), triangle, CUBLAS_DIAG_NON_UNIT, n, CUDA_R_64F, factor.data, n,
                         state->reserve(device_bytes), device_bytes, host.data(), host_bytes,
                         static_cast<int*>(state->info.get())),
        "dtrtri");
  check_routine(state->read_info(stream_of(space)), "dtrtri");
  std::vector<double> inverse(static_cast<std::size_t>(n * n));
  check(cudaMemcpyAsync(inverse.data(), factor.data, inverse.size() * sizeof(double), cudaMemcpyDeviceToHost,
                        stream_of(space)),
        "copying an inverse factor");
  check(cudaStreamSynchronize(stream_of(space)), "waiting for an inverse factor");
  double trace = 0.0;
  for (std::int64_t row = 0; row < n; ++row) {
    double sum = 0.0;
    for (std::int64_t column = 0; column <= row; ++column) {
      double const entry = inverse[static_cast<std::size_t>(row * n + column)];
      sum += entry * entry;
    }
    trace += sum;
  }
  return trace;
}

void symmetric_eigen(CudaSpace const& space, Matrix matrix, double* values) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  SolverLease const state = solver_state(space);
  int const n = order(matrix);
  int size = 0;
  check(cusolverDnDsyevd_bufferSize(state->solver.get(), CUSOLVER_EIG_MODE_VECTOR, triangle, n, matrix.data, n, values,
                                    &size),
        "sizing dsyevd");
  auto* const workspace = static_cast<double*>(state->reserve(doubles(size)));
  check(cusolverDnDsyevd(state->solver.get(), CUSOLVER_EIG_MODE_VECTOR, triangle, n, matrix.data, n, values, workspace,
                         size, static_cast<int*>(state->info.get())),
        "dsyevd");
  check_routine(state->read_info(stream_of(space)), "dsyevd");
}

}  // namespace shoal::linalg
