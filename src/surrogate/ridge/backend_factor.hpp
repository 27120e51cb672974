// SPDX-License-Identifier: MIT
// A large symmetric matrix in the memory of a backend, which is factorised and solved there: LAPACK on the CPU,
// cuSOLVER on a device.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "device/buffer.hpp"
#include "kernels/library/gram.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

class BackendFactor {
 public:
  // Memory: 8 size² bytes on the backend, on a device up to 64 MB of the host beside it.
  BackendFactor(device::Backend const& backend, std::int64_t size);

  // Writes entries 0 … row of the rows begin … end - 1, each `size` entries after the one before.
  using WriteRows = std::function<void(kernels::RowRange rows, double* entries)>;
  // Takes a new matrix. Calls `write` for all rows, from several threads on the CPU.
  void fill(WriteRows const& write);
  // Factorises what was filled in. Errors: numeric, naming lambda, when it is not positive definite or a pivot was lost
  // in rounding.
  void factor(double lambda);
  // Overwrites every row b of `sides` [count, size], on the host, with the solution.
  void solve(std::vector<double>& sides) const;
  // The trace of the inverse; the factor is lost, its inverse takes its place.
  double inverse_trace();
  // The trace of (W^1/2 A W^1/2)^-1 with W = diag(weights), in the same way.
  double weighted_inverse_trace(std::vector<double> const& weights);
  // The lower triangle as it lies on the backend, [size, size] on the host.
  std::vector<double> to_host() const { return memory_.to_host(); }

 private:
  std::vector<double> diagonal() const;
  linalg::Matrix matrix() const { return {memory_.data(), size_, size_, size_}; }

  device::Backend const& backend_;
  std::int64_t size_;
  mutable device::Buffer<double> memory_;
};

}  // namespace shoal::surrogate
