// SPDX-License-Identifier: MIT
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

double RidgeProblem::total_weight() const {
  double total = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) total += weight(row);
  return total;
}

double RidgeProblem::mean_response(std::int64_t task) const {
  double sum = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    sum += weight(row) * observations.responses.data[row * observations.responses.stride + task];
  }
  return sum / total_weight();
}

std::vector<double> RidgeProblem::right_sides(std::span<RidgeSide const> sides) const {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::vector<double> centred(rows.size() * columns);
  for (std::int64_t column = 0; column < columns; ++column) {
    std::int64_t const task = sides[column].task;
    double const centre = mean_response(task);
    for (std::int64_t row = 0; row < rows.size(); ++row) {
      double const response = observations.responses.data[(rows.begin + row) * observations.responses.stride + task];
      centred[row * columns + column] = weight(rows.begin + row) * (response - centre);
    }
  }
  std::vector<double> products(features.parameters() * columns);
  features.multiply_transposed(rows, {centred.data(), rows.size(), columns, columns},
                               {products.data(), features.parameters(), columns, columns});
  return products;
}

std::vector<double> RidgeProblem::constants(std::span<RidgeSide const> sides, Coefficients coefficients) const {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::vector<double> values(rows.size() * columns);
  features.multiply(rows, coefficients, {values.data(), rows.size(), columns, columns});
  std::vector<double> found;
  for (std::int64_t column = 0; column < columns; ++column) {
    double sum = 0;
    for (std::int64_t row = 0; row < rows.size(); ++row)
      sum += weight(rows.begin + row) * values[row * columns + column];
    found.push_back(mean_response(sides[column].task) - sum / total_weight());
  }
  return found;
}

RidgeSolutions solve_ridge(RidgeAlgorithm algorithm, RidgeProblem const& problem, std::span<RidgeSide const> sides,
                           std::vector<double> const& start) {
  switch (algorithm) {
    case RidgeAlgorithm::primal_cholesky:
      return solve_primal(problem, sides);
    case RidgeAlgorithm::dual_cholesky:
      return solve_dual(problem, sides);
    case RidgeAlgorithm::conjugate_gradients:
      break;
  }
  return solve_by_gradients(problem, sides, start);
}

}  // namespace shoal::surrogate
