// SPDX-License-Identifier: MIT
// The sums of a library and its scores that every additive fit needs, computed once and block by block, so that leaving
// a block out is a subtraction.
#pragma once

#include <cstdint>
#include <vector>

#include "device/backend.hpp"
#include "device/buffer.hpp"
#include "kernels/library/gram.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

// Coefficients on the contrasts of kernels/library/gram.hpp, with a constant: prediction = offset + sum_i b_i
// u_i.
struct ContrastFit {
  double offset = 0;
  std::vector<double> coefficients;  // [features]
};

// Memory on the backend: 36 L^2 bytes for every block (L the positions that vary), and the planes, 3 L rows / 8 bytes.
// At L = 2,114 and five folds that is 0.8 GB; each solve works in 72 L^2 bytes more.
class ContrastDesign {
 public:
  // `scores` [rows, tasks] lie in the backend's memory, for all rows of the library, and as `responses` on the host;
  // `blocks` together are rows 0 … the last block's end - 1. Positions whose base never changes in those rows have no
  // features.
  ContrastDesign(device::Backend const& backend, kernels::PackedView library, float const* scores,
                 kernels::MatrixView<double const> responses, std::vector<kernels::RowRange> blocks);

  device::Backend const& backend() const { return *backend_; }
  std::vector<kernels::RowRange> const& blocks() const { return blocks_; }
  std::int64_t features() const { return 3 * static_cast<std::int64_t>(positions_.size()); }
  std::int64_t tasks() const { return responses_.columns; }
  kernels::PackedView library() const { return library_; }
  kernels::MatrixView<double const> responses() const { return responses_; }
  // Means of the responses over all blocks [tasks], subtracted before any sum.
  std::vector<double> const& centres() const { return centres_; }
  // In the backend's memory: the responses of a range of rows minus the centres [rows, tasks], and the positions that
  // have features, ascending [features / 3].
  kernels::MatrixView<double const> centred(kernels::RowRange rows) const {
    std::int64_t const stride = tasks() + 1;
    return {centred_.data() + rows.begin * stride, rows.size(), tasks(), stride};
  }
  std::int32_t const* positions() const { return positions_on_backend_.data(); }
  // Rows of all blocks but `left_out` (-1: none).
  std::int64_t rows(int left_out) const;

  // Writes the centred normal matrix + lambda I of all blocks but `left_out` to memory of the backend.
  void normal_matrix(int left_out, double lambda, linalg::Matrix matrix) const;
  // Right-hand sides of the centred normal equations [tasks, features], on the host.
  std::vector<double> right_sides(int left_out) const;
  // Means of the contrasts [features] and of the responses [tasks] over all blocks but `left_out`.
  std::vector<double> contrast_means(int left_out) const;
  std::vector<double> response_means(int left_out) const;

  // Predictions of several coefficient vectors for a range of rows: [rows, fits], on the host.
  std::vector<double> predict(kernels::RowRange rows, std::vector<ContrastFit> const& fits) const;

  // The fit in the one-hot parameters' zero-sum gauge: theta [4, length], and the intercept that goes with it.
  std::vector<double> theta(ContrastFit const& fit) const;
  double intercept(ContrastFit const& fit) const;
  // Variances of theta [4, length] and, the mean of the responses apart, of the intercept, from the covariance of the
  // coefficients [features, features].
  std::vector<double> theta_variances(std::vector<double> const& covariance) const;
  double intercept_variance(std::vector<double> const& covariance) const;

 private:
  void find_positions();
  void take_sums();
  void sum_responses();

  device::Backend const* backend_;
  kernels::PackedView library_;
  kernels::MatrixView<double const> responses_;
  std::vector<kernels::RowRange> blocks_;
  std::vector<std::uint64_t> reference_;  // row 0, packed
  std::vector<std::int32_t> positions_;   // that vary, ascending
  device::Buffer<std::int32_t> positions_on_backend_;
  std::vector<double> centres_;                     // [tasks]
  device::Buffer<double> centred_;                  // [rows, tasks + 1]: responses minus centres, and a column of ones
  device::Buffer<std::int32_t> grams_;              // [blocks, features, features]
  std::vector<std::vector<double>> products_;       // one per block: [features, tasks + 1], U^T (y - centre) and U^T 1
  std::vector<std::vector<double>> response_sums_;  // one per block: [tasks], sums of y - centre
};

}  // namespace shoal::surrogate
