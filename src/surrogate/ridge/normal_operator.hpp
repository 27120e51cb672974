// SPDX-License-Identifier: MIT
// The normal matrix of a ridge problem as an operator, for several right-hand sides at once.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// Made once for all groups of right-hand sides. One thread at a time may use it.
class NormalOperator {
 public:
  // The problem is kept by reference.
  explicit NormalOperator(RidgeProblem const& problem);

  std::int64_t size() const { return problem_.features.parameters(); }
  int threads() const { return threads_; }
  // Entry i of the diagonal that stands for the normal matrix: the population's Gram matrix, and the penalty's
  // diagonal.
  double preconditioner(std::int64_t i, double lambda) const { return total_ + lambda * unit_diagonal_[i]; }

  // products = (Phi^T W Phi - means + lambda M) vectors, [size, columns] each, 1 to most_mutation_columns columns.
  void multiply(std::vector<double> const& lambdas, std::vector<double> const& vectors, std::vector<double>& products);

 private:
  RidgeProblem const& problem_;
  int threads_;
  double total_;
  std::vector<double> unit_diagonal_;
  std::vector<double> values_;
  std::vector<double> penalised_;
};

}  // namespace shoal::surrogate
