// SPDX-License-Identifier: MIT
// Ridge by dense Cholesky factors on the backend: of the normal matrix if there are few parameters, of the kernel
// matrix if there are few rows. Each solution is refined once: its residual is taken by the feature operator, which no
// rounding of a matrix of sums reaches.
#include <algorithm>
#include <cmath>
#include <map>

#include "surrogate/ridge/backend_factor.hpp"
#include "surrogate/ridge/dense_design.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/ridge/normal_operator.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// Larger factors are not inverted to count degrees of freedom, which costs three times the factor.
constexpr std::int64_t most_counted = 5000;

// The numbers of the sides of each lambda.
std::map<double, std::vector<std::int64_t>> by_lambda(std::span<RidgeSide const> sides) {
  std::map<double, std::vector<std::int64_t>> groups;
  for (std::size_t number = 0; number < sides.size(); ++number) {
    groups[sides[number].lambda].push_back(static_cast<std::int64_t>(number));
  }
  return groups;
}

// The trace of A^-1 lambda M, A = factor factor^T, over rows of factor^-1, which overwrites the factor.
double penalised_share(RidgeProblem const& problem, BackendFactor& matrix, double lambda) {
  constexpr std::int64_t width = kernels::most_mutation_columns;
  std::int64_t const size = problem.features.parameters();
  matrix.inverse_trace();
  Vector const factor = matrix.to_host();
  Vector rows(size * width);
  Vector products(size * width);
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

// gram + lambda M, on the backend.
void fill_normal(RidgeProblem const& problem, Vector const& gram, double lambda, BackendFactor& matrix) {
  constexpr std::int64_t width = kernels::most_mutation_columns;
  std::int64_t const size = problem.features.parameters();
  FeatureLayout const& layout = problem.features.layout();
  matrix.fill([&](kernels::RowRange rows, double* entries) {
    Vector units(size * width, 0.0);
    Vector penalty(size * width);
    for (std::int64_t first = rows.begin; first < rows.end; first += width) {
      std::int64_t const count = std::min(width, rows.end - first);
      for (std::int64_t k = 0; k < count; ++k) units[(first + k) * width + k] = 1.0;
      layout.multiply_penalty(problem.penalty(1.0), {units.data(), size, width, width},
                              {penalty.data(), size, width, width}, 1);
      for (std::int64_t k = 0; k < count; ++k) {
        units[(first + k) * width + k] = 0.0;
        double* const row = entries + (first + k - rows.begin) * size;
        double const* const sums = gram.data() + (first + k) * size;
        for (std::int64_t j = 0; j <= first + k; ++j) row[j] = sums[j] + lambda * penalty[j * width + k];
      }
    }
  });
}

// The sides `numbers` of a matrix [size, columns] as rows, and back.
Vector rows_of(Vector const& matrix, std::int64_t columns, std::vector<std::int64_t> const& numbers) {
  Vector rows;
  for (std::int64_t const number : numbers) {
    for (std::size_t i = number; i < matrix.size(); i += columns) rows.push_back(matrix[i]);
  }
  return rows;
}

// Adds the solution of factor x = right - A coefficients to the coefficients of one side.
void refine(NormalOperator& normal, BackendFactor const& factor, double lambda, Vector const& right,
            std::int64_t number, std::int64_t columns, Vector& coefficients) {
  Vector const solution = rows_of(coefficients, columns, {number});
  Vector product = normal.multiply(lambda, solution);
  for (std::size_t i = 0; i < product.size(); ++i) product[i] = right[i * columns + number] - product[i];
  factor.solve(product);
  for (std::size_t i = 0; i < product.size(); ++i) coefficients[i * columns + number] += product[i];
}

// Everything that the dual's solutions need of one lambda's factor of the kernel matrix.
class DualSystem {
 public:
  // Overwrites every row y of `sides` [count, rows] with the alpha of K alpha + c = y, Σ alpha = 0.
  DualSystem(RidgeProblem const& problem, double lambda, BackendFactor& factor, Vector& sides)
      : problem_(problem), lambda_(lambda), rows_(problem.rows.size()), factor_(factor) {
    // The last solution is for a right-hand side of ones; it takes the constant out.
    sides.resize(sides.size() + rows_, 1.0);
    factor_.solve(sides);
    ones_.assign(sides.end() - rows_, sides.end());
    sides.resize(sides.size() - rows_);
    for (double const value : ones_) sum_ += value;
    for (std::size_t first = 0; first < sides.size(); first += rows_) take_constant_out(sides.data() + first);
  }

  void take_constant_out(double* alpha) const {
    double sum = 0;
    for (std::int64_t row = 0; row < rows_; ++row) sum += alpha[row];
    for (std::int64_t row = 0; row < rows_; ++row) alpha[row] -= sum / sum_ * ones_[row];
  }
  // (lambda M)^-1 Phi^T alpha: the coefficients [parameters] of a solution.
  Vector coefficients(double const* alpha) const {
    std::int64_t const size = problem_.features.parameters();
    Vector products(size);
    Vector found(size);
    problem_.features.multiply_transposed(problem_.rows, {alpha, rows_, 1, 1}, {products.data(), size, 1, 1});
    divide_by_penalty(problem_.features.layout(), problem_.penalty(lambda_), {products.data(), size, 1, 1},
                      {found.data(), size, 1, 1});
    return found;
  }
  // One step of refinement: y - Phi coefficients - alpha / w is a constant at the solution.
  void refine(std::int64_t task, double* alpha) const {
    Vector const at = coefficients(alpha);
    Vector rest(rows_);
    problem_.features.multiply(problem_.rows, {at.data(), problem_.features.parameters(), 1, 1},
                               {rest.data(), rows_, 1, 1});
    for (std::int64_t row = 0; row < rows_; ++row) {
      std::int64_t const number = problem_.rows.begin + row;
      rest[row] = problem_.response(number, task) - rest[row] - alpha[row] / problem_.weight(number);
    }
    factor_.solve(rest);
    for (std::int64_t row = 0; row < rows_; ++row) alpha[row] += rest[row];
    take_constant_out(alpha);
  }
  // The trace of the hat matrix, I - H = W^-1 (K^-1 - u u^T / Σ u) with u = K^-1 1. The factor is lost.
  double freedom() const {
    Vector weights;
    for (std::int64_t row = problem_.rows.begin; row < problem_.rows.end; ++row) {
      weights.push_back(problem_.weight(row));
    }
    double constant_share = 0;
    for (std::int64_t row = 0; row < rows_; ++row) constant_share += ones_[row] * ones_[row] / (weights[row] * sum_);
    return static_cast<double>(rows_) - factor_.weighted_inverse_trace(weights) + constant_share;
  }

 private:
  RidgeProblem const& problem_;
  double lambda_;
  std::int64_t rows_;
  BackendFactor& factor_;
  Vector ones_;
  double sum_ = 0;
};

}  // namespace

RidgeSolutions solve_primal(RidgeProblem const& problem, std::span<RidgeSide const> sides) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const size = problem.features.parameters();
  Vector const gram = feature_gram(problem, feature_means(problem));
  Vector const right = problem.right_sides(sides);
  RidgeSolutions found{Vector(size * columns), {}, {"primal Cholesky", 0, 0.0, true}};
  bool const counts = problem.counts_freedom && size <= most_counted;
  bool const refines = !problem.features.layout().blocks().empty();
  if (counts) found.degrees_of_freedom.resize(sides.size());
  NormalOperator normal(problem);
  BackendFactor matrix(problem.features.backend(), size);
  for (auto const& [lambda, numbers] : by_lambda(sides)) {
    fill_normal(problem, gram, lambda, matrix);
    matrix.factor(lambda);
    Vector solved = rows_of(right, columns, numbers);
    matrix.solve(solved);
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      for (std::int64_t i = 0; i < size; ++i) {
        found.coefficients[i * columns + numbers[k]] = solved[static_cast<std::int64_t>(k) * size + i];
      }
      if (refines) refine(normal, matrix, lambda, right, numbers[k], columns, found.coefficients);
    }
    if (!counts) continue;
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
  LetterMatches const matches(problem.observations, problem.rows, problem.features.layout().pairs());
  RidgeSolutions found{Vector(size * columns), {}, {"dual Cholesky", 0, 0.0, true}};
  bool const counts = problem.counts_freedom && rows <= most_counted;
  bool const refines = !problem.features.layout().blocks().empty();
  if (counts) found.degrees_of_freedom.resize(sides.size());
  BackendFactor matrix(problem.features.backend(), rows);
  for (auto const& [lambda, numbers] : by_lambda(sides)) {
    matrix.fill([&, lambda = lambda](kernels::RowRange range, double* entries) {
      write_kernel_rows(problem, matches, lambda, range, entries, rows);
    });
    matrix.factor(lambda);
    Vector alphas;
    for (std::int64_t const number : numbers) {
      for (std::int64_t row = 0; row < rows; ++row) {
        alphas.push_back(problem.response(problem.rows.begin + row, sides[number].task));
      }
    }
    DualSystem const system(problem, lambda, matrix, alphas);
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      double* const alpha = alphas.data() + static_cast<std::int64_t>(k) * rows;
      if (refines) system.refine(sides[numbers[k]].task, alpha);
      Vector const coefficients = system.coefficients(alpha);
      for (std::int64_t i = 0; i < size; ++i) found.coefficients[i * columns + numbers[k]] = coefficients[i];
    }
    if (!counts) continue;
    double const freedom = system.freedom();
    for (std::int64_t const number : numbers) found.degrees_of_freedom[number] = freedom;
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

}  // namespace shoal::surrogate
