// SPDX-License-Identifier: MIT
#include "kernels/library/ridge_path.hpp"
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

// The stream's own place for info, and what stands there when the stream's work has ended.
int* info_of(CudaSpace const& space) {
  return solver_state(space)->info;
}

int read_info(CudaSpace const& space) {
  return solver_state(space)->read_info();
}

}  // namespace

void queue_factor(CudaSpace const& space, Matrix matrix, int* info) {
  SolverLease const state = solver_state(space);
  int const n = order(matrix);
  int size = 0;
  check(cusolver::dpotrf_size(state->solver.get(), triangle, n, matrix.data, n, &size), "sizing dpotrf");
  auto* const workspace = static_cast<double*>(state->reserve(doubles(size)));
  check(cusolver::dpotrf(state->solver.get(), triangle, n, matrix.data, n, workspace, size, info), "dpotrf");
}

void queue_solve(CudaSpace const& space, Matrix factor, Matrix right_sides, int* info) {
  SolverLease const state = solver_state(space);
  int const n = order(factor);
  check(cusolver::dpotrs(state->solver.get(), triangle, n, order(right_sides), factor.data, n, right_sides.data,
                         static_cast<int>(right_sides.stride), info),
        "dpotrs");
}

void queue_inverse(CudaSpace const& space, Matrix factor, int* info) {
  SolverLease const state = solver_state(space);
  std::int64_t const n = factor.rows;
  std::size_t device_bytes = 0;
  std::size_t host_bytes = 0;
  check(cusolver::xtrtri_size(state->solver.get(), triangle, CUBLAS_DIAG_NON_UNIT, n, CUDA_R_64F, factor.data, n,
                              &device_bytes, &host_bytes),
        "sizing dtrtri");
  check(cusolver::xtrtri(state->solver.get(), triangle, CUBLAS_DIAG_NON_UNIT, n, CUDA_R_64F, factor.data, n,
                         state->reserve(device_bytes), device_bytes, state->reserve_host(host_bytes), host_bytes, info),
        "dtrtri");
}

void cholesky_factor(CudaSpace const& space, Matrix matrix) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  int* const info = info_of(space);
  queue_factor(space, matrix, info);
  check_cholesky(read_info(space), matrix.rows);
}

void cholesky_solve(CudaSpace const& space, Matrix factor, Matrix right_sides) {
  expect_square(factor);
  if (factor.rows == 0 || right_sides.rows == 0) return;
  int* const info = info_of(space);
  queue_solve(space, factor, right_sides, info);
  check_routine(read_info(space), "dpotrs");
}

double cholesky_inverse_trace(CudaSpace const& space, Matrix factor) {
  expect_square(factor);
  if (factor.rows == 0) return 0.0;
  int* const info = info_of(space);
  queue_inverse(space, factor, info);
  check_routine(read_info(space), "dtrtri");
  SolverLease const state = solver_state(space);
  auto* const sums = static_cast<double*>(state->reserve(doubles(order(factor) + 1)));
  kernels::lower_squares(space, {factor.data, factor.rows, factor.columns, factor.stride}, sums + 1, sums);
  double trace = 0.0;
  check(cudaMemcpyAsync(&trace, sums, sizeof trace, cudaMemcpyDeviceToHost, stream_of(space)), "copying a trace");
  check(cudaStreamSynchronize(stream_of(space)), "waiting for a trace");
  return trace;
}

void symmetric_eigen(CudaSpace const& space, Matrix matrix, double* values) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  SolverLease const state = solver_state(space);
  int const n = order(matrix);
  int size = 0;
  check(
      cusolver::dsyevd_size(state->solver.get(), CUSOLVER_EIG_MODE_VECTOR, triangle, n, matrix.data, n, values, &size),
      "sizing dsyevd");
  auto* const workspace = static_cast<double*>(state->reserve(doubles(size)));
  check(cusolver::dsyevd(state->solver.get(), CUSOLVER_EIG_MODE_VECTOR, triangle, n, matrix.data, n, values, workspace,
                         size, state->info),
        "dsyevd");
  check_routine(state->read_info(), "dsyevd");
}

}  // namespace shoal::linalg
