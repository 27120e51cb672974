// SPDX-License-Identifier: MIT
#include "surrogate/ridge/ridge_matrices.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "surrogate/ridge/dense_design.hpp"
#include "surrogate/ridge/feature_gram.hpp"
#include "surrogate/ridge/mutation_gram.hpp"

namespace shoal::surrogate {

namespace {

constexpr kernels::CpuSpace host{1};

}  // namespace

void refuse_singular(double lambda) {
  fail(ErrorCode::numeric, fmt::format("the surrogate's equations are singular at lambda {}: the rows do not determine "
                                       "all parameters; give a positive lambda",
                                       lambda));
}

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
  if (!layout.blocks().empty()) {
    int const threads = problem.features.backend().cpu_space().threads;
    if (gram_cost(problem).by_lists) return mutation_gram(layout, problem.observations, problem.rows, threads);
    return centred_gram(layout, problem.observations, problem.rows, means);
  }
  if (problem.gram != nullptr) return problem.gram->centred(problem.rows, means);
  return AdditiveGram(problem.features, problem.observations).centred(problem.rows, means);
}

GramCost gram_cost(RidgeProblem const& problem) {
  // Seconds of an addition to an entry anywhere in the matrix, of the change of basis of an entry, and of a
  // multiplication and addition of dsyrk: tests/bench/RESULTS.md.
  constexpr double addition = 4e-9;
  constexpr double change = 15e-9;
  constexpr double product = 2.5e-11;
  auto const parameters = static_cast<double>(problem.features.parameters());
  auto const rows = static_cast<double>(problem.rows.size());
  FeatureLayout const& layout = problem.features.layout();
  double const written = product * rows * parameters * parameters;
  if (layout.blocks().empty() || layout.table_has_gaps()) return {false, written};
  double const additions = row_work(layout, problem.observations, problem.rows).additions;
  double const listed = addition * rows * additions + change * parameters * parameters;
  return listed < written ? GramCost{true, listed} : GramCost{false, written};
}

void write_kernel_rows(RidgeProblem const& problem, LetterMatches const& matches, double lambda,
                       kernels::RowRange range, double* entries, std::int64_t stride) {
  Penalty const penalty = problem.penalty(lambda);
  for (std::int64_t i = range.begin; i < range.end; ++i) {
    double* const row = entries + (i - range.begin) * stride;
    for (std::int64_t j = 0; j <= i; ++j) {
      auto const same = matches(i, j);
      row[j] = static_cast<double>(same.letters) / penalty.additive +
               (same.pairs > 0 ? static_cast<double>(same.pairs) / penalty.pair : 0.0);
    }
    row[i] += 1.0 / problem.weight(problem.rows.begin + i);
  }
}

std::vector<double> kernel_matrix(RidgeProblem const& problem, double lambda) {
  std::int64_t const rows = problem.rows.size();
  LetterMatches const matches(problem.observations, problem.rows, problem.features.layout().pairs());
  std::vector<double> matrix(rows * rows);
  int const threads = problem.features.backend().cpu_space().threads;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (threads > 1)
  for (std::int64_t i = 0; i < rows; ++i) {
    write_kernel_rows(problem, matches, lambda, {i, i + 1}, matrix.data() + i * rows, rows);
  }
  return matrix;
}

}  // namespace shoal::surrogate
