// SPDX-License-Identifier: MIT
#include "surrogate/ridge/parameter_errors.hpp"

#include <algorithm>
#include <cmath>

#include "surrogate/gauge.hpp"
#include "surrogate/ridge/dense_design.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

constexpr kernels::CpuSpace host{1};

// Overwrites every row b of `sides` [rows, size] with the solution of factor factor^T x = b.
void solve_rows(Vector& factor, std::int64_t size, Vector& sides) {
  auto const rows = static_cast<std::int64_t>(sides.size()) / size;
  linalg::cholesky_solve(host, square(factor, size), {sides.data(), rows, size, size});
}

// The lower triangle copied to the upper.
void symmetrise(Vector& matrix, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) {
    for (std::int64_t j = 0; j < i; ++j) matrix[j * size + i] = matrix[i * size + j];
  }
}

Vector transposed(Vector const& matrix, std::int64_t size) {
  Vector turned(matrix.size());
  for (std::int64_t i = 0; i < size; ++i) {
    for (std::int64_t j = 0; j < size; ++j) turned[j * size + i] = matrix[i * size + j];
  }
  return turned;
}

double dot(Vector const& a, Vector const& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// From coefficients to the parameters in the gauge: constant, additive, pair effects, one after the other.
class GaugeMap {
 public:
  GaugeMap(RidgeProblem const& problem, double lambda, std::span<double const> frequencies)
      : problem_(problem), penalty_(problem.penalty(lambda)), frequencies_(frequencies) {}

  Vector operator()(double constant, double const* coefficients, std::int64_t stride) const {
    auto const size = problem_.features.parameters();
    Parameters const fixed =
        fix_gauge(problem_.features.layout().parameters_of(constant, {coefficients, size, 1, stride}, 0, penalty_,
                                                           problem_.observations.alphabet),
                  frequencies_);
    Vector flat{fixed.constant};
    flat.insert(flat.end(), fixed.additive.begin(), fixed.additive.end());
    flat.insert(flat.end(), fixed.pair_effects.begin(), fixed.pair_effects.end());
    return flat;
  }

  ParameterErrors errors(Vector const& variances) const {
    Vector deviations;
    for (double const variance : variances) deviations.push_back(std::sqrt(std::max(variance, 0.0)));
    auto const additive = deviations.begin() + 1;
    auto const pairs = additive + static_cast<std::ptrdiff_t>(frequencies_.size());
    return {deviations.front(), {additive, pairs}, {pairs, deviations.end()}, 1.0};
  }

 private:
  RidgeProblem const& problem_;
  Penalty penalty_;
  std::span<double const> frequencies_;
};

// row^T matrix row over the entries of `row` that are not 0.
double quadratic_form(std::span<double const> row, Vector const& matrix) {
  auto const size = static_cast<std::int64_t>(row.size());
  std::vector<std::int64_t> used;
  for (std::int64_t i = 0; i < size; ++i) {
    if (row[i] != 0.0) used.push_back(i);
  }
  double sum = 0;
  for (std::int64_t const i : used) {
    double inner = 0;
    for (std::int64_t const j : used) inner += row[j] * matrix[i * size + j];
    sum += row[i] * inner;
  }
  return sum;
}

// Variances of the image of coefficients with this covariance; the constant's mean of y, which is independent of them,
// apart.
Vector image_variances(RidgeProblem const& problem, GaugeMap const& map, Vector const& covariance,
                       Vector const& means) {
  std::int64_t const size = problem.features.parameters();
  Vector rows;  // [parameters, size]
  for (std::int64_t i = 0; i < size; ++i) {
    Vector unit(size, 0.0);
    unit[i] = 1.0;
    Vector const column = map(-means[i], unit.data(), 1);
    rows.resize(column.size() * size);
    for (std::size_t parameter = 0; parameter < column.size(); ++parameter) {
      rows[static_cast<std::int64_t>(parameter) * size + i] = column[parameter];
    }
  }
  Vector variances;
  for (std::int64_t first = 0; first < static_cast<std::int64_t>(rows.size()); first += size) {
    variances.push_back(quadratic_form(std::span(rows).subspan(first, size), covariance));
  }
  return variances;
}

UnitErrors primal_errors(RidgeProblem const& problem, double lambda, GaugeMap const& map) {
  std::int64_t const size = problem.features.parameters();
  Vector const means = feature_means(problem);
  Vector gram = feature_gram(problem, means);
  symmetrise(gram, size);
  Vector factor = dense_penalty(problem.features.layout(), problem.penalty(lambda), 1);
  for (std::size_t i = 0; i < factor.size(); ++i) factor[i] += gram[i];
  factor_or_refuse(factor, size, lambda);
  // Row i: A^-1 G e_i; then A^-1 times the rows of A^-1 G, which is A^-1 G A^-1.
  Vector& shares = gram;
  solve_rows(factor, size, shares);
  Vector covariance = transposed(shares, size);
  double freedom = 1;
  for (std::int64_t i = 0; i < size; ++i) freedom += shares[i * size + i];
  double const freedom_squared = 1 + dot(shares, covariance);
  solve_rows(factor, size, covariance);
  Vector variances = image_variances(problem, map, covariance, means);
  variances.front() += 1.0 / problem.total_weight();
  return {map.errors(variances), static_cast<double>(problem.rows.size()) - 2 * freedom + freedom_squared};
}

// K^-1 - u u^T / Σ u with u = K^-1 1, [rows, rows]: what turns responses into the dual's solution, the constant out.
Vector dual_operator(RidgeProblem const& problem, double lambda) {
  std::int64_t const rows = problem.rows.size();
  Vector factor = kernel_matrix(problem, lambda);
  factor_or_refuse(factor, rows, lambda);
  Vector inverse(rows * rows, 0.0);
  for (std::int64_t i = 0; i < rows; ++i) inverse[i * rows + i] = 1.0;
  solve_rows(factor, rows, inverse);
  Vector sums(rows, 0.0);
  double total = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < rows; ++j) sums[i] += inverse[i * rows + j];
    total += sums[i];
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < rows; ++j) inverse[i * rows + j] -= sums[i] * sums[j] / total;
  }
  return inverse;
}

// Sums over rows n of the squared parameters of a fit to a response that is 1 / sqrt(w_n) at row n, else 0.
UnitErrors dual_errors(RidgeProblem const& problem, double lambda, GaugeMap const& map) {
  constexpr std::int64_t width = kernels::most_mutation_columns;
  std::int64_t const rows = problem.rows.size();
  std::int64_t const size = problem.features.parameters();
  auto const weight = [&](std::int64_t row) { return problem.weight(problem.rows.begin + row); };
  Vector const apply = dual_operator(problem, lambda);
  Vector const means = feature_means(problem);
  double residual_degrees = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < rows; ++j) {
      residual_degrees += apply[i * rows + j] * apply[i * rows + j] / (weight(i) * weight(j));
    }
  }
  int const threads = problem.features.backend().cpu_space().threads;
  Vector values(rows * width);
  Vector products(size * width);
  Vector coefficients(size * width);
  Vector variances;
  for (std::int64_t first = 0; first < rows; first += width) {
    std::int64_t const count = std::min(width, rows - first);
    std::fill(values.begin(), values.end(), 0.0);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t k = 0; k < count; ++k) {
        values[row * width + k] = apply[(first + k) * rows + row] / std::sqrt(weight(first + k));
      }
    }
    problem.features.multiply_transposed(problem.rows, {values.data(), rows, width, width},
                                         {products.data(), size, width, width});
    std::vector<Vector> images(count);
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
    for (std::int64_t k = 0; k < count; ++k) {
      divide_by_penalty(problem.features.layout(), problem.penalty(lambda), {products.data() + k, size, 1, width},
                        {coefficients.data() + k, size, 1, width});
      double constant = std::sqrt(weight(first + k)) / problem.total_weight();
      for (std::int64_t i = 0; i < size; ++i) constant -= means[i] * coefficients[i * width + k];
      images[k] = map(constant, coefficients.data() + k, width);
    }
    variances.resize(images.front().size(), 0.0);
    for (Vector const& image : images) {
      for (std::size_t i = 0; i < image.size(); ++i) variances[i] += image[i] * image[i];
    }
  }
  return {map.errors(variances), residual_degrees};
}

}  // namespace

std::optional<RidgeAlgorithm> algorithm_of_errors(RidgeProblem const& problem, double lambda) {
  constexpr double most_dual_work = 2e9;
  if (problem.features.parameters() <= most_primal_parameters) return RidgeAlgorithm::primal_cholesky;
  auto const letters = static_cast<double>(problem.observations.alphabet);
  auto const pairs = static_cast<double>(problem.features.layout().pairs().size());
  double const work = static_cast<double>(problem.rows.size()) * pairs * letters * letters;
  if (problem.rows.size() > most_dual_rows || work > most_dual_work) return std::nullopt;
  std::vector<RidgeSide> const sides{{0, lambda}};
  RidgeAlgorithm const algorithm = choose_algorithm(problem, sides, RidgeSolver::automatic).algorithm;
  return algorithm == RidgeAlgorithm::dual_cholesky ? std::optional(algorithm) : std::nullopt;
}

UnitErrors unit_errors(RidgeAlgorithm algorithm, RidgeProblem const& problem, double lambda,
                       std::span<double const> frequencies) {
  GaugeMap const map(problem, lambda, frequencies);
  return algorithm == RidgeAlgorithm::dual_cholesky ? dual_errors(problem, lambda, map)
                                                    : primal_errors(problem, lambda, map);
}

std::optional<ParameterErrors> scaled_errors(UnitErrors const& unit, double residual_squares) {
  constexpr double least_degrees = 1e-6;
  if (!(unit.residual_degrees > least_degrees)) return std::nullopt;
  double const sigma = std::sqrt(residual_squares / unit.residual_degrees);
  ParameterErrors errors = unit.errors;
  errors.constant *= sigma;
  for (double& error : errors.additive) error *= sigma;
  for (double& error : errors.pair_effects) error *= sigma;
  errors.residual_sd = sigma;
  return errors;
}

}  // namespace shoal::surrogate
