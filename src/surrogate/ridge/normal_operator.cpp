// SPDX-License-Identifier: MIT
#include "surrogate/ridge/normal_operator.hpp"

#include "surrogate/math/column_vectors.hpp"

namespace shoal::surrogate {

NormalOperator::NormalOperator(RidgeProblem const& problem)
    : problem_(problem),
      threads_(problem.features.backend().cpu_space().threads),
      total_(problem.total_weight()),
      unit_diagonal_(problem.features.layout().penalty_diagonal(problem.penalty(1.0))) {}

void NormalOperator::multiply(std::vector<double> const& lambdas, std::vector<double> const& vectors,
                              std::vector<double>& products) {
  auto const columns = static_cast<int>(lambdas.size());
  std::int64_t const rows = problem_.rows.size();
  values_.resize(rows * columns);
  penalised_.resize(size() * columns);
  problem_.features.multiply(problem_.rows, {vectors.data(), size(), columns, columns},
                             {values_.data(), rows, columns, columns});
  auto const weight = [&](std::int64_t row) { return problem_.weight(problem_.rows.begin + row); };
  ColumnNumbers const sums = column_sums(rows, columns, threads_, [&](std::int64_t row, int column) {
    return weight(row) * values_[row * columns + column];
  });
  each_entry(rows, columns, threads_, [&](std::int64_t row, int column) {
    double& value = values_[row * columns + column];
    value = weight(row) * (value - sums[column] / total_);
  });
  problem_.features.multiply_transposed(problem_.rows, {values_.data(), rows, columns, columns},
                                        {products.data(), size(), columns, columns});
  problem_.features.multiply_penalty(problem_.penalty(1.0), {vectors.data(), size(), columns, columns},
                                     {penalised_.data(), size(), columns, columns});
  each_entry(size(), columns, threads_, [&](std::int64_t i, int column) {
    products[i * columns + column] += lambdas[column] * penalised_[i * columns + column];
  });
}

}  // namespace shoal::surrogate
