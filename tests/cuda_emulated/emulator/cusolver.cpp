// SPDX-License-Identifier: MIT
// cuSOLVER over the host's LAPACK, as work of the handle's stream. Workspaces of the size that was asked for are filled
// with NaN, so that one that is too small, or in another unit, is found.
#include <cusolverDn.h>

#include <lapacke.h>

#include "libraries.hpp"

using cuda_emulated::Library;
using cuda_emulated::spoil;

namespace {

char triangle(cublasFillMode_t mode) {
  return mode == CUBLAS_FILL_MODE_UPPER ? 'U' : 'L';
}
Library& library(cusolverDnHandle_t handle) {
  return cuda_emulated::library_of(handle);
}
// Values, more than LAPACK's own would need.
int workspace_size(int n) {
  return 16 * n + 7;
}
int eigen_workspace_size(int n) {
  return 3 * n * n + 64;
}

}  // namespace

extern "C" {

cusolverStatus_t cusolverDnCreate(cusolverDnHandle_t* handle) {
  *handle = reinterpret_cast<cusolverDnHandle_t>(cuda_emulated::make_library("cuSOLVER"));
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDestroy(cusolverDnHandle_t handle) {
  cuda_emulated::destroy_library(handle);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSetStream(cusolverDnHandle_t handle, cudaStream_t stream) {
  library(handle).choose(stream);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverGetProperty(libraryPropertyType type, int* value) {
  *value = type == MAJOR_VERSION ? 12 : 0;
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverGetVersion(int* version) {
  *version = 12000;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnSpotrf_bufferSize(cusolverDnHandle_t, cublasFillMode_t, int n, float*, int, int* size) {
  *size = workspace_size(n);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrf_bufferSize(cusolverDnHandle_t, cublasFillMode_t, int n, double*, int, int* size) {
  *size = workspace_size(n);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSpotrf(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, float* a, int lda,
                                  float* workspace, int size, int* info) {
  if (size < workspace_size(n)) return CUSOLVER_STATUS_INVALID_VALUE;
  library(handle).run([=] {
    spoil(workspace, static_cast<std::size_t>(size) * sizeof *workspace);
    *info = LAPACKE_spotrf_work(LAPACK_COL_MAJOR, triangle(uplo), n, a, lda);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrf(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, double* a, int lda,
                                  double* workspace, int size, int* info) {
  if (size < workspace_size(n)) return CUSOLVER_STATUS_INVALID_VALUE;
  library(handle).run([=] {
    spoil(workspace, static_cast<std::size_t>(size) * sizeof *workspace);
    *info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, triangle(uplo), n, a, lda);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSpotrs(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, int columns, float const* a,
                                  int lda, float* b, int ldb, int* info) {
  library(handle).run(
      [=] { *info = LAPACKE_spotrs_work(LAPACK_COL_MAJOR, triangle(uplo), n, columns, a, lda, b, ldb); });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrs(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, int columns, double const* a,
                                  int lda, double* b, int ldb, int* info) {
  library(handle).run(
      [=] { *info = LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, triangle(uplo), n, columns, a, lda, b, ldb); });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSpotri_bufferSize(cusolverDnHandle_t, cublasFillMode_t, int n, float*, int, int* size) {
  *size = workspace_size(n);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotri_bufferSize(cusolverDnHandle_t, cublasFillMode_t, int n, double*, int, int* size) {
  *size = workspace_size(n);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSpotri(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, float* a, int lda,
                                  float* workspace, int size, int* info) {
  if (size < workspace_size(n)) return CUSOLVER_STATUS_INVALID_VALUE;
  library(handle).run([=] {
    spoil(workspace, static_cast<std::size_t>(size) * sizeof *workspace);
    *info = LAPACKE_spotri_work(LAPACK_COL_MAJOR, triangle(uplo), n, a, lda);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotri(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, double* a, int lda,
                                  double* workspace, int size, int* info) {
  if (size < workspace_size(n)) return CUSOLVER_STATUS_INVALID_VALUE;
  library(handle).run([=] {
    spoil(workspace, static_cast<std::size_t>(size) * sizeof *workspace);
    *info = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, triangle(uplo), n, a, lda);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSpotrfBatched(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, float** a, int lda,
                                         int* info, int batch) {
  library(handle).run([=] {
    for (int i = 0; i < batch; ++i) info[i] = LAPACKE_spotrf_work(LAPACK_COL_MAJOR, triangle(uplo), n, a[i], lda);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrfBatched(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, double** a, int lda,
                                         int* info, int batch) {
  library(handle).run([=] {
    for (int i = 0; i < batch; ++i) info[i] = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, triangle(uplo), n, a[i], lda);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSpotrsBatched(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, int columns,
                                         float** a, int lda, float** b, int ldb, int* info, int batch) {
  if (columns != 1) return CUSOLVER_STATUS_INVALID_VALUE;  // cuSOLVER takes one right side
  library(handle).run([=] {
    *info = 0;
    for (int i = 0; i < batch; ++i) LAPACKE_spotrs_work(LAPACK_COL_MAJOR, triangle(uplo), n, 1, a[i], lda, b[i], ldb);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrsBatched(cusolverDnHandle_t handle, cublasFillMode_t uplo, int n, int columns,
                                         double** a, int lda, double** b, int ldb, int* info, int batch) {
  if (columns != 1) return CUSOLVER_STATUS_INVALID_VALUE;  // cuSOLVER takes one right side
  library(handle).run([=] {
    *info = 0;
    for (int i = 0; i < batch; ++i) LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, triangle(uplo), n, 1, a[i], lda, b[i], ldb);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSsyevd_bufferSize(cusolverDnHandle_t, cusolverEigMode_t, cublasFillMode_t, int n,
                                             float const*, int, float const*, int* size) {
  *size = eigen_workspace_size(n);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDsyevd_bufferSize(cusolverDnHandle_t, cusolverEigMode_t, cublasFillMode_t, int n,
                                             double const*, int, double const*, int* size) {
  *size = eigen_workspace_size(n);
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSsyevd(cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t uplo, int n,
                                  float* a, int lda, float* values, float* workspace, int size, int* info) {
  if (size < eigen_workspace_size(n)) return CUSOLVER_STATUS_INVALID_VALUE;
  library(handle).run([=] {
    spoil(workspace, static_cast<std::size_t>(size) * sizeof *workspace);
    char const job = mode == CUSOLVER_EIG_MODE_VECTOR ? 'V' : 'N';
    *info = LAPACKE_ssyevd(LAPACK_COL_MAJOR, job, triangle(uplo), n, a, lda, values);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDsyevd(cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t uplo, int n,
                                  double* a, int lda, double* values, double* workspace, int size, int* info) {
  if (size < eigen_workspace_size(n)) return CUSOLVER_STATUS_INVALID_VALUE;
  library(handle).run([=] {
    spoil(workspace, static_cast<std::size_t>(size) * sizeof *workspace);
    char const job = mode == CUSOLVER_EIG_MODE_VECTOR ? 'V' : 'N';
    *info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, triangle(uplo), n, a, lda, values);
  });
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnXtrtri_bufferSize(cusolverDnHandle_t, cublasFillMode_t, cublasDiagType_t, std::int64_t n,
                                             cudaDataType, void*, std::int64_t, std::size_t* device_bytes,
                                             std::size_t* host_bytes) {
  *device_bytes = static_cast<std::size_t>(n) * 64;
  *host_bytes = 24;
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnXtrtri(cusolverDnHandle_t handle, cublasFillMode_t uplo, cublasDiagType_t diag,
                                  std::int64_t n, cudaDataType type, void* a, std::int64_t lda, void* workspace,
                                  std::size_t device_bytes, void* host, std::size_t host_bytes, int* info) {
  if (device_bytes < static_cast<std::size_t>(n) * 64 || host_bytes < 24 || host == nullptr || type != CUDA_R_64F) {
    return CUSOLVER_STATUS_INVALID_VALUE;
  }
  library(handle).run([=] {
    spoil(workspace, device_bytes);
    char const unit = diag == CUBLAS_DIAG_UNIT ? 'U' : 'N';
    *info = LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, triangle(uplo), unit, static_cast<lapack_int>(n),
                                static_cast<double*>(a), static_cast<lapack_int>(lda));
  });
  return CUSOLVER_STATUS_SUCCESS;
}
}
