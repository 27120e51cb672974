// SPDX-License-Identifier: MIT
// Ridge by dense Cholesky factors: of the normal matrix if there are few parameters, of the kernel matrix if there are
// few rows.
#include <algorithm>
#include <cmath>
#include <map>

#include "surrogate/ridge/dense_design.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

constexpr kernels::CpuSpace host{1};

// The numbers of the sides of each lambda.
std::map<double, std::vector<std::int64_t>> by_lambda(std::span<RidgeSide const> sides) {
  std::map<double, std::vector<std::int64_t>> groups;
  for (std::size_t number = 0; number < sides.size(); ++number) {
    groups[sides[number].lambda].push_back(static_cast<std::int64_t>(number));
  }
  return groups;
}

// The trace of A^-1 lambda M, A = factor factor^T, over rows of factor^-1, which overwrites the factor.
double penalised_share(RidgeProblem const& problem, std::vector<double>& factor, double lambda) {
  constexpr std::int64_t width = kernels::most_mutation_columns;
  std::int64_t const size = problem.features.parameters();
  linalg::cholesky_inverse_trace(host, square(factor, size));
  std::vector<double> rows(size * width);
  std::vector<double> products(size * width);
  double trace = 0;
  for (std::int64_t first = 0; first < size; first += width) {
    std::int64_t const count = std::min(width, size - first);
    std::fill(rows.begin(), rows.end(), 0.0);
    for (std::int64_t k = 0; k < count; ++k) {
      for (std::int64_t j = 0; j <= first + k; ++j) rows[j * width + k] = factor[(first + k) * size + j];
    }
    problem.features.multiply_penalty(problem.penalty(lambda), {rows.data(), size, width, width},
                                      {products.data(), size, width, width});
    for (std::int64_t i = 0; i < size * width; ++i) trace += rows[i] * products[i];
  }
  return trace;
}

// The trace of the hat matrix, I - H = W^-1 (K^-1 - u u^T / Σ u) with u = K^-1 1, from the factor of K, which is lost.
double dual_freedom(RidgeProblem const& problem, std::vector<double>& factor, double const* u, double sum) {
  std::int64_t const rows = problem.rows.size();
  double constant_share = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    double const weight = problem.weight(problem.rows.begin + row);
    constant_share += u[row] * u[row] / (weight * sum);
    for (std::int64_t j = 0; j <= row; ++j) factor[row * rows + j] *= std::sqrt(weight);
  }
  return static_cast<double>(rows) - linalg::cholesky_inverse_trace(host, square(factor, rows)) + constant_share;
}

}  // namespace

RidgeSolutions solve_primal(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const size = problem.features.parameters();
  FeatureLayout const& layout = problem.features.layout();
  std::vector<double> const gram = feature_gram(problem, feature_means(problem));
  std::vector<double> const penalty =
      dense_penalty(layout, problem.penalty(1.0), problem.features.backend().cpu_space().threads);
  std::vector<double> const right = problem.right_sides(sides);
  RidgeSolutions found{std::vector<double>(size * columns), {}, {"primal Cholesky", 0, 0.0, true}};
  if (problem.counts_freedom) found.degrees_of_freedom.resize(sides.size());
  for (auto const& [lambda, numbers] : by_lambda(sides)) {
    std::vector<double> matrix = gram;
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] += lambda * penalty[i];
    factor_or_refuse(matrix, size, lambda);
    std::vector<double> solved(size * static_cast<std::int64_t>(numbers.size()));
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      for (std::int64_t i = 0; i < size; ++i)
        solved[static_cast<std::int64_t>(k) * size + i] = right[i * columns + numbers[k]];
    }
    auto const count = static_cast<std::int64_t>(numbers.size());
    linalg::cholesky_solve(host, square(matrix, size), {solved.data(), count, size, size});
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      for (std::int64_t i = 0; i < size; ++i) {
        found.coefficients[i * columns + numbers[k]] = solved[static_cast<std::int64_t>(k) * size + i];
      }
    }
    if (!problem.counts_freedom) continue;
    double const freedom = 1.0 + static_cast<double>(size) - penalised_share(problem, matrix, lambda);
    for (std::int64_t const number : numbers) found.degrees_of_freedom[number] = freedom;
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

RidgeSolutions solve_dual(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const rows = problem.rows.size();
  std::int64_t const size = problem.features.parameters();
  std::vector<std::int64_t> const same = matching_letters(problem);
  RidgeSolutions found{std::vector<double>(size * columns), {}, {"dual Cholesky", 0, 0.0, true}};
  if (problem.counts_freedom) found.degrees_of_freedom.resize(sides.size());
  for (auto const& [lambda, numbers] : by_lambda(sides)) {
    std::vector<double> matrix = kernel_matrix(problem, same, lambda);
    factor_or_refuse(matrix, rows, lambda);
    // The last solution is for a right-hand side of ones; it takes the constant out.
    auto const count = static_cast<std::int64_t>(numbers.size());
    std::vector<double> solved((count + 1) * rows, 1.0);
    for (std::int64_t k = 0; k < count; ++k) {
      for (std::int64_t row = 0; row < rows; ++row) {
        solved[k * rows + row] =
            problem.observations.responses
                .data[(problem.rows.begin + row) * problem.observations.responses.stride + sides[numbers[k]].task];
      }
    }
    linalg::cholesky_solve(host, square(matrix, rows), {solved.data(), count + 1, rows, rows});
    double const* const ones = solved.data() + count * rows;
    double ones_sum = 0;
    for (std::int64_t row = 0; row < rows; ++row) ones_sum += ones[row];
    for (std::int64_t k = 0; k < count; ++k) {
      double sum = 0;
      for (std::int64_t row = 0; row < rows; ++row) sum += solved[k * rows + row];
      for (std::int64_t row = 0; row < rows; ++row) solved[k * rows + row] -= sum / ones_sum * ones[row];
      std::vector<double> products(size);
      problem.features.multiply_transposed(problem.rows, {solved.data() + k * rows, rows, 1, 1},
                                           {products.data(), size, 1, 1});
      divide_by_penalty(problem.features.layout(), problem.penalty(lambda), {products.data(), size, 1, 1},
                        {found.coefficients.data() + numbers[k], size, 1, columns});
    }
    if (!problem.counts_freedom) continue;
    double const freedom = dual_freedom(problem, matrix, ones, ones_sum);
    for (std::int64_t const number : numbers) found.degrees_of_freedom[number] = freedom;
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

}  // namespace shoal::surrogate
