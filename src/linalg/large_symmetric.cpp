// SPDX-License-Identifier: MIT
#include "linalg/large_symmetric.hpp"

#include <cblas.h>
#include <lapacke.h>

#include <algorithm>
#include <cstdint>

#include "linalg/host_library.hpp"
#include "linalg/refusals.hpp"

namespace shoal::linalg {

namespace {

// Rows and columns of a tile: large enough that a product of two runs at full speed, 1 MB each.
constexpr std::int64_t tile_size = 384;
// Up to this order one call of LAPACK is as fast.
constexpr std::int64_t one_call = 2560;

// The tiles of a square matrix. Each of its functions is one call on the calling thread.
class Tiles {
 public:
  explicit Tiles(Matrix matrix) : matrix_(matrix) {}
  std::int64_t count() const { return (matrix_.rows + tile_size - 1) / tile_size; }

  // Factorises a tile of the diagonal; LAPACK's info.
  std::int64_t factor(std::int64_t k) const {
    return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', size(k), at(k, k), stride());
  }
  // A tile below a factorised one becomes a tile of the factor.
  void divide(std::int64_t i, std::int64_t k) const {
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, size(i), size(k), 1.0, at(k, k),
                stride(), at(i, k), stride());
  }
  // Takes column k of the factor out of tile (i, j).
  void subtract(std::int64_t i, std::int64_t j, std::int64_t k) const {
    if (i == j) {
      cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, size(i), size(k), -1.0, at(i, k), stride(), 1.0, at(i, i),
                  stride());
    } else {
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, size(i), size(j), size(k), -1.0, at(i, k), stride(),
                  at(j, k), stride(), 1.0, at(i, j), stride());
    }
  }

 private:
  blasint size(std::int64_t tile) const {
    return static_cast<blasint>(std::min(tile_size, matrix_.rows - tile * tile_size));
  }
  blasint stride() const { return static_cast<blasint>(matrix_.stride); }
  double* at(std::int64_t i, std::int64_t j) const {
    return matrix_.data + i * tile_size * matrix_.stride + j * tile_size;
  }

  Matrix matrix_;
};

}  // namespace

void factor_large(CpuSpace const& space, Matrix matrix) {
  expect_square(matrix);
  if (matrix.rows <= one_call) return cholesky_factor(space, matrix);
  use_one_host_thread();
  Tiles const tiles(matrix);
  std::int64_t const count = tiles.count();
  for (std::int64_t k = 0; k < count; ++k) {
    std::int64_t const info = tiles.factor(k);
    check_cholesky(info > 0 ? k * tile_size + info : info, matrix.rows);
    std::int64_t const below = count - k - 1;
#pragma omp parallel num_threads(space.threads) if (space.threads > 1 && below > 1)
    {
#pragma omp for schedule(dynamic, 1)
      for (std::int64_t i = k + 1; i < count; ++i) tiles.divide(i, k);
#pragma omp for schedule(dynamic, 1)
      for (std::int64_t number = 0; number < below * below; ++number) {
        std::int64_t const i = count - 1 - number / below;
        std::int64_t const j = k + 1 + number % below;
        if (j <= i) tiles.subtract(i, j, k);
      }
    }
  }
}

void copy_diagonal(CpuSpace const&, Matrix matrix, double* diagonal) {
  expect_square(matrix);
  for (std::int64_t i = 0; i < matrix.rows; ++i) diagonal[i] = matrix.data[i * (matrix.stride + 1)];
}

void scale_rows(CpuSpace const& space, double const* factors, Matrix matrix) {
  expect_square(matrix);
#pragma omp parallel for num_threads(space.threads) schedule(static) if (space.threads > 1)
  for (std::int64_t i = 0; i < matrix.rows; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) matrix.data[i * matrix.stride + j] *= factors[i];
  }
}

}  // namespace shoal::linalg
