// SPDX-License-Identifier: MIT
#include "surrogate/ridge/ridge_matrices.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "surrogate/ridge/dense_design.hpp"
#include "surrogate/ridge/feature_gram.hpp"

namespace shoal::surrogate {

namespace {

constexpr kernels::CpuSpace host{1};

void refuse_singular(double lambda) {
  fail(ErrorCode::numeric, fmt::format("the surrogate's equations are singular at lambda {}: the rows do not determine "
                                       "all parameters; give a positive lambda",
                                       lambda));
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

}  // namespace

linalg::Matrix square(std::vector<double>& matrix, std::int64_t size) {
  return {matrix.data(), size, size, size};
}

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

std::vector<double> feature_gram(RidgeProblem const& problem, std::vector<double> const& means) {
  FeatureLayout const& layout = problem.features.layout();
  if (!layout.blocks().empty()) return centred_gram(layout, problem.observations, problem.rows, means);
  if (problem.gram != nullptr) return problem.gram->centred(problem.rows, means);
  return AdditiveGram(problem.features, problem.observations).centred(problem.rows, means);
}

std::vector<std::int64_t> matching_letters(RidgeProblem const& problem) {
  std::int64_t const rows = problem.rows.size();
  std::int64_t const begin = problem.rows.begin;
  std::vector<std::int64_t> same(rows * rows, 0);
  int const threads = problem.features.backend().cpu_space().threads;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (threads > 1)
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) same[i * rows + j] = matches(problem.observations, begin + i, begin + j);
  }
  return same;
}

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

}  // namespace shoal::surrogate
