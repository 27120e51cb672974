// SPDX-License-Identifier: MIT
#include "surrogate/ridge/backend_factor.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "linalg/large_symmetric.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

BackendFactor::BackendFactor(device::Backend const& backend, std::int64_t size)
    : backend_(backend), size_(size), memory_(backend, static_cast<std::size_t>(size * size)) {}

void BackendFactor::fill(WriteRows const& write) {
  constexpr std::int64_t tile_rows = 64;
  std::int64_t const tiles = (size_ + tile_rows - 1) / tile_rows;
  auto const rows_of = [&](std::int64_t tile) {
    return kernels::RowRange{tile * tile_rows, std::min(size_, (tile + 1) * tile_rows)};
  };
  if (backend_.kind() == device::BackendKind::cpu) {
    int const threads = backend_.cpu_space().threads;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (std::int64_t tile = tiles - 1; tile >= 0; --tile) {
      kernels::RowRange const rows = rows_of(tile);
      write(rows, memory_.data() + rows.begin * size_);
    }
    return;
  }
  // Zeros above the diagonal, so that no byte is copied that was never written.
  std::vector<double> entries(static_cast<std::size_t>(tile_rows * size_), 0.0);
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    kernels::RowRange const rows = rows_of(tile);
    write(rows, entries.data());
    backend_.copy_from_host(memory_.data() + rows.begin * size_, entries.data(),
                            static_cast<std::size_t>(rows.size() * size_) * sizeof(double));
    backend_.synchronize();
  }
}

std::vector<double> BackendFactor::diagonal() const {
  device::Buffer<double> entries(backend_, static_cast<std::size_t>(size_));
  dispatch(backend_, [&](auto const& space) { linalg::copy_diagonal(space, matrix(), entries.data()); });
  return entries.to_host();
}

void BackendFactor::factor(double lambda) {
  constexpr double lost = 1e-13;
  std::vector<double> const before = diagonal();
  try {
    dispatch(backend_, [&](auto const& space) { linalg::factor_large(space, matrix()); });
  } catch (Error const& error) {
    if (error.code() != ErrorCode::numeric) throw;
    refuse_singular(lambda);
  }
  std::vector<double> const pivots = diagonal();
  for (std::size_t i = 0; i < pivots.size(); ++i) {
    if (!(pivots[i] * pivots[i] > lost * before[i])) refuse_singular(lambda);
  }
}

void BackendFactor::solve(std::vector<double>& sides) const {
  auto const count = static_cast<std::int64_t>(sides.size()) / size_;
  device::Buffer<double> right(backend_, std::span<double const>(sides));
  dispatch(backend_, [&](auto const& space) {
    linalg::cholesky_solve(space, matrix(), {right.data(), count, size_, size_});
  });
  right.copy_to(sides);
}

double BackendFactor::weighted_inverse_trace(std::vector<double> const& weights) {
  std::vector<double> roots;
  for (double const weight : weights) roots.push_back(std::sqrt(weight));
  device::Buffer<double> const factors(backend_, std::span<double const>(roots));
  dispatch(backend_, [&](auto const& space) { linalg::scale_rows(space, factors.data(), matrix()); });
  return inverse_trace();
}

double BackendFactor::inverse_trace() {
  return dispatch(backend_, [&](auto const& space) { return linalg::cholesky_inverse_trace(space, matrix()); });
}

}  // namespace shoal::surrogate
