// SPDX-License-Identifier: MIT
// cuBLAS over the host's BLAS, as work of the handle's stream.
#include <cublas_v2.h>

#include <cblas.h>

#include "libraries.hpp"

using cuda_emulated::Library;

namespace {

CBLAS_TRANSPOSE turned(cublasOperation_t operation) {
  return operation == CUBLAS_OP_N ? CblasNoTrans : CblasTrans;
}
CBLAS_UPLO triangle(cublasFillMode_t mode) {
  return mode == CUBLAS_FILL_MODE_UPPER ? CblasUpper : CblasLower;
}
CBLAS_SIDE from(cublasSideMode_t side) {
  return side == CUBLAS_SIDE_LEFT ? CblasLeft : CblasRight;
}
CBLAS_DIAG diagonal(cublasDiagType_t type) {
  return type == CUBLAS_DIAG_UNIT ? CblasUnit : CblasNonUnit;
}
Library& library(cublasHandle_t handle) {
  return cuda_emulated::library_of(handle);
}

template <class T>
void add_matrices(cublasOperation_t transa, cublasOperation_t transb, int m, int n, T alpha, T const* a, int lda,
                  T beta, T const* b, int ldb, T* c, int ldc) {
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < m; ++i) {
      T const left = alpha == T{0} ? T{0} : alpha * (transa == CUBLAS_OP_N ? a[i + j * lda] : a[j + i * lda]);
      T const right = beta == T{0} ? T{0} : beta * (transb == CUBLAS_OP_N ? b[i + j * ldb] : b[j + i * ldb]);
      c[i + j * ldc] = left + right;
    }
  }
}

template <class T>
void scale_matrix(cublasSideMode_t side, int m, int n, T const* a, int lda, T const* x, int incx, T* c, int ldc) {
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < m; ++i) c[i + j * ldc] = a[i + j * lda] * x[(side == CUBLAS_SIDE_LEFT ? i : j) * incx];
  }
}

// Calls call(*alpha) when the handle's stream works; the scalar is read as the handle's mode of pointers says.
template <class T, class Call>
cublasStatus_t run(cublasHandle_t handle, T const* alpha, Call const& call) {
  Library& with = library(handle);
  auto const of_alpha = with.scalar(alpha);
  with.run([=] { call(of_alpha()); });
  return CUBLAS_STATUS_SUCCESS;
}
template <class T, class Call>
cublasStatus_t run(cublasHandle_t handle, T const* alpha, T const* beta, Call const& call) {
  Library& with = library(handle);
  auto const of_alpha = with.scalar(alpha);
  auto const of_beta = with.scalar(beta);
  with.run([=] { call(of_alpha(), of_beta()); });
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace

extern "C" {

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  *handle = reinterpret_cast<cublasHandle_t>(cuda_emulated::make_library("cuBLAS"));
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  cuda_emulated::destroy_library(handle);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  library(handle).choose(stream);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t, void*, std::size_t) {
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetPointerMode_v2(cublasHandle_t handle, cublasPointerMode_t mode) {
  library(handle).scalars_on_device = mode == CUBLAS_POINTER_MODE_DEVICE;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) {
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetAtomicsMode(cublasHandle_t, cublasAtomicsMode_t) {
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasGetVersion_v2(cublasHandle_t, int* version) {
  *version = 130000;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasGetProperty(libraryPropertyType type, int* value) {
  *value = type == MAJOR_VERSION ? 13 : 0;
  return CUBLAS_STATUS_SUCCESS;
}
char const* cublasGetStatusString(cublasStatus_t) {
  return "emulated";
}

cublasStatus_t cublasSgemm_v2(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n,
                              int k, float const* alpha, float const* a, int lda, float const* b, int ldb,
                              float const* beta, float* c, int ldc) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_sgemm(CblasColMajor, turned(transa), turned(transb), m, n, k, al, a, lda, b, ldb, be, c, ldc);
  });
}
cublasStatus_t cublasDgemm_v2(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n,
                              int k, double const* alpha, double const* a, int lda, double const* b, int ldb,
                              double const* beta, double* c, int ldc) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_dgemm(CblasColMajor, turned(transa), turned(transb), m, n, k, al, a, lda, b, ldb, be, c, ldc);
  });
}
cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,
                                         int m, int n, int k, float const* alpha, float const* a, int lda,
                                         long long stride_a, float const* b, int ldb, long long stride_b,
                                         float const* beta, float* c, int ldc, long long stride_c, int batch) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    for (int i = 0; i < batch; ++i)
      cblas_sgemm(CblasColMajor, turned(transa), turned(transb), m, n, k, al, a + i * stride_a, lda, b + i * stride_b,
                  ldb, be, c + i * stride_c, ldc);
  });
}
cublasStatus_t cublasDgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,
                                         int m, int n, int k, double const* alpha, double const* a, int lda,
                                         long long stride_a, double const* b, int ldb, long long stride_b,
                                         double const* beta, double* c, int ldc, long long stride_c, int batch) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    for (int i = 0; i < batch; ++i)
      cblas_dgemm(CblasColMajor, turned(transa), turned(transb), m, n, k, al, a + i * stride_a, lda, b + i * stride_b,
                  ldb, be, c + i * stride_c, ldc);
  });
}
cublasStatus_t cublasSgemv_v2(cublasHandle_t handle, cublasOperation_t trans, int m, int n, float const* alpha,
                              float const* a, int lda, float const* x, int incx, float const* beta, float* y,
                              int incy) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_sgemv(CblasColMajor, turned(trans), m, n, al, a, lda, x, incx, be, y, incy);
  });
}
cublasStatus_t cublasDgemv_v2(cublasHandle_t handle, cublasOperation_t trans, int m, int n, double const* alpha,
                              double const* a, int lda, double const* x, int incx, double const* beta, double* y,
                              int incy) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_dgemv(CblasColMajor, turned(trans), m, n, al, a, lda, x, incx, be, y, incy);
  });
}
cublasStatus_t cublasSsymv_v2(cublasHandle_t handle, cublasFillMode_t uplo, int n, float const* alpha, float const* a,
                              int lda, float const* x, int incx, float const* beta, float* y, int incy) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_ssymv(CblasColMajor, triangle(uplo), n, al, a, lda, x, incx, be, y, incy);
  });
}
cublasStatus_t cublasDsymv_v2(cublasHandle_t handle, cublasFillMode_t uplo, int n, double const* alpha, double const* a,
                              int lda, double const* x, int incx, double const* beta, double* y, int incy) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_dsymv(CblasColMajor, triangle(uplo), n, al, a, lda, x, incx, be, y, incy);
  });
}
cublasStatus_t cublasSger_v2(cublasHandle_t handle, int m, int n, float const* alpha, float const* x, int incx,
                             float const* y, int incy, float* a, int lda) {
  return run(handle, alpha, [=](auto al) { cblas_sger(CblasColMajor, m, n, al, x, incx, y, incy, a, lda); });
}
cublasStatus_t cublasDger_v2(cublasHandle_t handle, int m, int n, double const* alpha, double const* x, int incx,
                             double const* y, int incy, double* a, int lda) {
  return run(handle, alpha, [=](auto al) { cblas_dger(CblasColMajor, m, n, al, x, incx, y, incy, a, lda); });
}
cublasStatus_t cublasSsyrk_v2(cublasHandle_t handle, cublasFillMode_t uplo, cublasOperation_t trans, int n, int k,
                              float const* alpha, float const* a, int lda, float const* beta, float* c, int ldc) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_ssyrk(CblasColMajor, triangle(uplo), turned(trans), n, k, al, a, lda, be, c, ldc);
  });
}
cublasStatus_t cublasDsyrk_v2(cublasHandle_t handle, cublasFillMode_t uplo, cublasOperation_t trans, int n, int k,
                              double const* alpha, double const* a, int lda, double const* beta, double* c, int ldc) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_dsyrk(CblasColMajor, triangle(uplo), turned(trans), n, k, al, a, lda, be, c, ldc);
  });
}
cublasStatus_t cublasSsymm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t uplo, int m, int n,
                              float const* alpha, float const* a, int lda, float const* b, int ldb, float const* beta,
                              float* c, int ldc) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_ssymm(CblasColMajor, from(side), triangle(uplo), m, n, al, a, lda, b, ldb, be, c, ldc);
  });
}
cublasStatus_t cublasDsymm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t uplo, int m, int n,
                              double const* alpha, double const* a, int lda, double const* b, int ldb,
                              double const* beta, double* c, int ldc) {
  return run(handle, alpha, beta, [=](auto al, auto be) {
    cblas_dsymm(CblasColMajor, from(side), triangle(uplo), m, n, al, a, lda, b, ldb, be, c, ldc);
  });
}
cublasStatus_t cublasStrsm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t uplo,
                              cublasOperation_t trans, cublasDiagType_t diag, int m, int n, float const* alpha,
                              float const* a, int lda, float* b, int ldb) {
  return run(handle, alpha, [=](auto al) {
    cblas_strsm(CblasColMajor, from(side), triangle(uplo), turned(trans), diagonal(diag), m, n, al, a, lda, b, ldb);
  });
}
cublasStatus_t cublasDtrsm_v2(cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t uplo,
                              cublasOperation_t trans, cublasDiagType_t diag, int m, int n, double const* alpha,
                              double const* a, int lda, double* b, int ldb) {
  return run(handle, alpha, [=](auto al) {
    cblas_dtrsm(CblasColMajor, from(side), triangle(uplo), turned(trans), diagonal(diag), m, n, al, a, lda, b, ldb);
  });
}
cublasStatus_t cublasStrsv_v2(cublasHandle_t handle, cublasFillMode_t uplo, cublasOperation_t trans,
                              cublasDiagType_t diag, int n, float const* a, int lda, float* x, int incx) {
  library(handle).run(
      [=] { cblas_strsv(CblasColMajor, triangle(uplo), turned(trans), diagonal(diag), n, a, lda, x, incx); });
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDtrsv_v2(cublasHandle_t handle, cublasFillMode_t uplo, cublasOperation_t trans,
                              cublasDiagType_t diag, int n, double const* a, int lda, double* x, int incx) {
  library(handle).run(
      [=] { cblas_dtrsv(CblasColMajor, triangle(uplo), turned(trans), diagonal(diag), n, a, lda, x, incx); });
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSaxpy_v2(cublasHandle_t handle, int n, float const* alpha, float const* x, int incx, float* y,
                              int incy) {
  return run(handle, alpha, [=](auto al) { cblas_saxpy(n, al, x, incx, y, incy); });
}
cublasStatus_t cublasDaxpy_v2(cublasHandle_t handle, int n, double const* alpha, double const* x, int incx, double* y,
                              int incy) {
  return run(handle, alpha, [=](auto al) { cblas_daxpy(n, al, x, incx, y, incy); });
}
cublasStatus_t cublasSscal_v2(cublasHandle_t handle, int n, float const* alpha, float* x, int incx) {
  return run(handle, alpha, [=](auto al) { cblas_sscal(n, al, x, incx); });
}
cublasStatus_t cublasDscal_v2(cublasHandle_t handle, int n, double const* alpha, double* x, int incx) {
  return run(handle, alpha, [=](auto al) { cblas_dscal(n, al, x, incx); });
}
cublasStatus_t cublasScopy_v2(cublasHandle_t handle, int n, float const* x, int incx, float* y, int incy) {
  library(handle).run([=] { cblas_scopy(n, x, incx, y, incy); });
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDcopy_v2(cublasHandle_t handle, int n, double const* x, int incx, double* y, int incy) {
  library(handle).run([=] { cblas_dcopy(n, x, incx, y, incy); });
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSdot_v2(cublasHandle_t handle, int n, float const* x, int incx, float const* y, int incy,
                             float* result) {
  Library& with = library(handle);
  with.run([=] { *result = cblas_sdot(n, x, incx, y, incy); });
  if (!with.scalars_on_device) with.finish();
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDdot_v2(cublasHandle_t handle, int n, double const* x, int incx, double const* y, int incy,
                             double* result) {
  Library& with = library(handle);
  with.run([=] { *result = cblas_ddot(n, x, incx, y, incy); });
  if (!with.scalars_on_device) with.finish();
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSnrm2_v2(cublasHandle_t handle, int n, float const* x, int incx, float* result) {
  Library& with = library(handle);
  with.run([=] { *result = cblas_snrm2(n, x, incx); });
  if (!with.scalars_on_device) with.finish();
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDnrm2_v2(cublasHandle_t handle, int n, double const* x, int incx, double* result) {
  Library& with = library(handle);
  with.run([=] { *result = cblas_dnrm2(n, x, incx); });
  if (!with.scalars_on_device) with.finish();
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSgeam(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n,
                           float const* alpha, float const* a, int lda, float const* beta, float const* b, int ldb,
                           float* c, int ldc) {
  return run(handle, alpha, beta,
             [=](auto al, auto be) { add_matrices(transa, transb, m, n, al, a, lda, be, b, ldb, c, ldc); });
}
cublasStatus_t cublasDgeam(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n,
                           double const* alpha, double const* a, int lda, double const* beta, double const* b, int ldb,
                           double* c, int ldc) {
  return run(handle, alpha, beta,
             [=](auto al, auto be) { add_matrices(transa, transb, m, n, al, a, lda, be, b, ldb, c, ldc); });
}
cublasStatus_t cublasSdgmm(cublasHandle_t handle, cublasSideMode_t side, int m, int n, float const* a, int lda,
                           float const* x, int incx, float* c, int ldc) {
  library(handle).run([=] { scale_matrix(side, m, n, a, lda, x, incx, c, ldc); });
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDdgmm(cublasHandle_t handle, cublasSideMode_t side, int m, int n, double const* a, int lda,
                           double const* x, int incx, double* c, int ldc) {
  library(handle).run([=] { scale_matrix(side, m, n, a, lda, x, incx, c, ldc); });
  return CUBLAS_STATUS_SUCCESS;
}
}
