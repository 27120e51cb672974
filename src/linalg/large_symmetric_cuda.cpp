// SPDX-License-Identifier: MIT
#include "linalg/large_symmetric.hpp"

#include <cublas_v2.h>
#include <fmt/core.h>

#include "base/error.hpp"
#include "base/unique_handle.hpp"
#include "linalg/handles_cuda.hpp"
#include "linalg/refusals.hpp"

namespace shoal::linalg {

namespace {

void check(cublasStatus_t status, std::string_view what) {
  if (status != CUBLAS_STATUS_SUCCESS) {
    fail(ErrorCode::cuda, fmt::format("{}: cuBLAS status {}", what, static_cast<int>(status)));
  }
}

struct BlasTraits {
  using type = cublasHandle_t;
  static type null() { return nullptr; }
  static void release(type handle) { cublasDestroy(handle); }
};

// A handle for the calls of one function, which are few and long. It does not outlive the stream.
class Blas {
 public:
  explicit Blas(CudaSpace const& space) {
    linalg::check(cudaSetDevice(space.device), "choosing the GPU");
    cublasHandle_t handle = nullptr;
    check(cublasCreate(&handle), "creating a cuBLAS handle");
    handle_ = UniqueHandle<BlasTraits>(handle);
    stream_ = static_cast<cudaStream_t>(space.stream);
    check(cublasSetStream(handle, stream_), "choosing cuBLAS' stream");
  }
  cublasHandle_t get() const { return handle_.get(); }
  // The handle's workspace must live until the work has ended.
  void wait() const { linalg::check(cudaStreamSynchronize(stream_), "waiting for cuBLAS"); }

 private:
  UniqueHandle<BlasTraits> handle_;
  cudaStream_t stream_ = nullptr;
};

}  // namespace

void factor_large(CudaSpace const& space, Matrix matrix) {
  cholesky_factor(space, matrix);
}

void copy_diagonal(CudaSpace const& space, Matrix matrix, double* diagonal) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  Blas const blas(space);
  check(cublasDcopy(blas.get(), static_cast<int>(matrix.rows), matrix.data, static_cast<int>(matrix.stride + 1),
                    diagonal, 1),
        "dcopy");
  blas.wait();
}

void scale_rows(CudaSpace const& space, double const* factors, Matrix matrix) {
  expect_square(matrix);
  if (matrix.rows == 0) return;
  Blas const blas(space);
  int const n = static_cast<int>(matrix.rows);
  int const stride = static_cast<int>(matrix.stride);
  // A row is a column of cuBLAS.
  check(cublasDdgmm(blas.get(), CUBLAS_SIDE_RIGHT, n, n, matrix.data, stride, factors, 1, matrix.data, stride),
        "ddgmm");
  blas.wait();
}

void add_gram(CudaSpace const& space, kernels::MatrixView<double const> rows, Matrix gram) {
  expect_square(gram);
  if (rows.rows == 0 || gram.rows == 0) return;
  Blas const blas(space);
  double const one = 1.0;
  // Row-major rows [count, n] are column-major [n, count], and row-major lower is column-major upper.
  check(cublasDsyrk(blas.get(), CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_N, static_cast<int>(rows.columns),
                    static_cast<int>(rows.rows), &one, rows.data, static_cast<int>(rows.stride), &one, gram.data,
                    static_cast<int>(gram.stride)),
        "dsyrk");
  blas.wait();
}

}  // namespace shoal::linalg
