// SPDX-License-Identifier: MIT
// The normal matrix of a ridge problem as an operator, for several right-hand sides at once.
#pragma once

#include <cstdint>
#include <vector>

#include "device/buffer.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// Made once for all groups of right-hand sides. Everything lies on the features' backend. One thread at a time may use
// it.
class NormalOperator {
 public:
  // The problem is kept by reference.
  explicit NormalOperator(RidgeProblem const& problem);

  device::Backend const& backend() const { return problem_.features.backend(); }
  std::int64_t size() const { return problem_.features.parameters(); }
  // The diagonal that stands for the normal matrix is scale + lambda diagonal(i): the population's Gram matrix, and the
  // penalty's diagonal [size].
  double scale() const { return total_; }
  double const* diagonal() const { return unit_diagonal_.data(); }

  // products = (Phi^T W Phi - means + lambda M) vectors, [size, columns] contiguous each, 1 to most_mutation_columns
  // columns, lambdas [columns]; all on the backend, without a wait.
  void multiply(double const* lambdas, std::int64_t columns, double const* vectors, double* products);
  // The same of one vector [size] on the host.
  std::vector<double> multiply(double lambda, std::vector<double> const& vector);

 private:
  RidgeProblem const& problem_;
  double total_;
  device::Buffer<double> unit_diagonal_;
  device::Buffer<double> weights_;  // empty where all are 1
  device::Buffer<double> values_;
  device::Buffer<double> penalised_;
  device::Buffer<double> parts_;
  device::Buffer<double> totals_;
};

}  // namespace shoal::surrogate
