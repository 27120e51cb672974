// SPDX-License-Identifier: MIT
// Ridge by dense Cholesky factors: of the normal matrix where parameters are few, of the kernel matrix where rows are.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "linalg/symmetric.hpp"
#include "surrogate/dense_design.hpp"
#include "surrogate/linear_solve.hpp"

namespace shoal::surrogate {

namespace {

constexpr kernels::CpuSpace host{1};

linalg::Matrix square(std::vector<double>& matrix, std::int64_t size) {
  return {matrix.data(), size, size, size};
}

// The numbers of the sides of each lambda.
std::map<double, std::vector<std::int64_t>> by_lambda(std::span<RidgeSide const> sides) {
  std::map<double, std::vector<std::int64_t>> groups;
  for (std::size_t number = 0; number < sides.size(); ++number) {
    groups[sides[number].lambda].push_back(static_cast<std::int64_t>(number));
  }
  return groups;
}

void refuse_singular(double lambda) {
  fail(ErrorCode::numeric, fmt::format("the surrogate's equations are singular at lambda {}: the rows do not determine "
                                       "all parameters; give a positive lambda",
                                       lambda));
}

// Factorises, and refuses a matrix whose factor has a pivot lost in rounding.
void factor_or_refuse(std::vector<double>& matrix, std::int64_t size, double lambda) {
  constexpr double lost = 1e-13;
  std::vector<double> diagonal;
  for (std::int64_t i = 0; i < size; ++i) diagonal.push_back(matrix[i * size + i]);
  try {
    linalg::cholesky_factor(host, square(matrix, size));
  } catch (Error const&) {
    refuse_singular(lambda);
  }
  for (std::int64_t i = 0; i < size; ++i) {
    double const pivot = matrix[i * size + i];
    if (!(pivot * pivot > lost * diagonal[i])) refuse_singular(lambda);
  }
}

// Weighted means of the features over the rows.
std::vector<double> feature_means(RidgeProblem const& problem) {
  std::vector<double> weights;
  for (std::int64_t row = problem.rows.begin; row < problem.rows.end; ++row) weights.push_back(problem.weight(row));
  std::vector<double> means(problem.features.parameters());
  problem.features.multiply_transposed(problem.rows, {weights.data(), problem.rows.size(), 1, 1},
                                       {means.data(), problem.features.parameters(), 1, 1});
  double const total = problem.total_weight();
  for (double& mean : means) mean /= total;
  return means;
}

// Positions in which two rows have the same letter, neither missing.
std::int64_t matches(Observations const& data, std::int64_t one, std::int64_t other) {
  std::uint8_t const* const a = data.letters.data + one * data.letters.stride;
  std::uint8_t const* const b = data.letters.data + other * data.letters.stride;
  std::int64_t count = 0;
  for (std::int64_t position = 0; position < data.length(); ++position) {
    count += static_cast<std::int64_t>(a[position] == b[position] && a[position] != missing_letter);
  }
  return count;
}

// One-hot ridge's kernel: same letters / lambda_additive + same pairs of letters / lambda_pair, plus the noise 1 / w.
std::vector<double> kernel_matrix(RidgeProblem const& problem, std::vector<std::int64_t> const& same, double lambda) {
  Penalty const penalty = problem.penalty(lambda);
  bool const paired = !problem.features.layout().pairs().empty();
  std::int64_t const rows = problem.rows.size();
  std::vector<double> matrix(rows * rows);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      auto const s = static_cast<double>(same[i * rows + j]);
      matrix[i * rows + j] = s / penalty.additive + (paired ? 0.5 * s * (s - 1.0) / penalty.pair : 0.0);
    }
    matrix[i * rows + i] += 1.0 / problem.weight(problem.rows.begin + i);
  }
  return matrix;
}

}  // namespace

RidgeSolutions solve_primal(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const size = problem.features.parameters();
  FeatureLayout const& layout = problem.features.layout();
  std::vector<double> const gram = centred_gram(layout, problem.observations, problem.rows, feature_means(problem));
  std::vector<double> const penalty =
      dense_penalty(layout, problem.penalty(1.0), problem.features.backend().cpu_space().threads);
  std::vector<double> const right = problem.right_sides(sides);
  RidgeSolutions found{std::vector<double>(size * columns), {}, {"primal Cholesky", 0, 0.0, true}};
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
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

RidgeSolutions solve_dual(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const rows = problem.rows.size();
  std::int64_t const size = problem.features.parameters();
  std::vector<std::int64_t> same(rows * rows, 0);
  int const threads = problem.features.backend().cpu_space().threads;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (threads > 1)
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      same[i * rows + j] = matches(problem.observations, problem.rows.begin + i, problem.rows.begin + j);
    }
  }
  RidgeSolutions found{std::vector<double>(size * columns), {}, {"dual Cholesky", 0, 0.0, true}};
  for (auto const& [lambda, numbers] : by_lambda(sides)) {
    std::vector<double> matrix = kernel_matrix(problem, same, lambda);
    factor_or_refuse(matrix, rows, lambda);
    // The last solution is that of all ones, which takes the constant out.
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
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

}  // namespace shoal::surrogate
