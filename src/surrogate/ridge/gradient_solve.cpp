// SPDX-License-Identifier: MIT
// Preconditioned conjugate gradients of the ridge's normal equations: (Phi^T W Phi - means + lambda M) u = b, several
// right-hand sides in lockstep, so that one pass over the data serves all.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "surrogate/math/column_vectors.hpp"
#include "surrogate/ridge/normal_operator.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

// Several right-hand sides that are being solved. Those that have converged leave, and the others close up.
class Group {
 public:
  Group(NormalOperator& normal, std::vector<std::int64_t> numbers, std::vector<double> lambdas,
        std::vector<double> sides, std::vector<double> start)
      : normal_(normal),
        numbers_(std::move(numbers)),
        lambdas_(std::move(lambdas)),
        residual_(std::move(sides)),
        solution_(std::move(start)) {
    int const count = columns();
    product_.resize(residual_.size());
    side_norm_ = preconditioned_squares();
    if (std::any_of(solution_.begin(), solution_.end(), [](double value) { return value != 0.0; })) {
      normal_.multiply(lambdas_, solution_, product_);
      each_entry(normal_.size(), count, normal_.threads(),
                 [&](std::int64_t i, int column) { residual_[i * count + column] -= product_[i * count + column]; });
    }
    squares_ = preconditioned_squares();
    direction_.resize(residual_.size());
    each_entry(normal_.size(), count, normal_.threads(), [&](std::int64_t i, int column) {
      direction_[i * count + column] = residual_[i * count + column] / normal_.preconditioner(i, lambdas_[column]);
    });
  }

  int columns() const { return static_cast<int>(lambdas_.size()); }
  double relative_residual(int column) const {
    return side_norm_[column] > 0 ? std::sqrt(squares_[column] / side_norm_[column]) : 0.0;
  }
  std::int64_t number(int column) const { return numbers_[column]; }
  double solution(std::int64_t i, int column) const { return solution_[i * columns() + column]; }
  Coefficients coefficients(int column) const { return {solution_.data() + column, normal_.size(), 1, columns()}; }

  // One iteration of all. Errors: numeric, when lambda is 0 in a direction that the data do not see.
  void advance() {
    constexpr double no_curvature = 1e-13;
    int const count = columns();
    normal_.multiply(lambdas_, direction_, product_);
    auto const entry = [count](std::int64_t i, int column) { return i * count + column; };
    ColumnNumbers const curvature =
        sums([&](std::int64_t i, int column) { return direction_[entry(i, column)] * product_[entry(i, column)]; });
    ColumnNumbers const expected = sums([&](std::int64_t i, int column) {
      double const value = direction_[entry(i, column)];
      return value * value * normal_.preconditioner(i, lambdas_[column]);
    });
    ColumnNumbers step{};
    for (int column = 0; column < count; ++column) {
      if (!(curvature[column] > no_curvature * expected[column])) refuse_singular(lambdas_[column]);
      step[column] = squares_[column] / curvature[column];
    }
    each_entry(normal_.size(), count, normal_.threads(), [&](std::int64_t i, int column) {
      solution_[entry(i, column)] += step[column] * direction_[entry(i, column)];
      residual_[entry(i, column)] -= step[column] * product_[entry(i, column)];
    });
    ColumnNumbers const before = squares_;
    squares_ = preconditioned_squares();
    each_entry(normal_.size(), count, normal_.threads(), [&](std::int64_t i, int column) {
      double& direction = direction_[entry(i, column)];
      direction = residual_[entry(i, column)] / normal_.preconditioner(i, lambdas_[column]) +
                  squares_[column] / before[column] * direction;
    });
  }

  // Keeps the columns for which `stays` holds.
  template <class Function>
  void keep(Function const& stays) {
    std::vector<int> kept;
    for (int column = 0; column < columns(); ++column) {
      if (stays(column)) kept.push_back(column);
    }
    int const count = columns();
    if (static_cast<int>(kept.size()) == count) return;
    for (std::vector<double>* const vectors : {&residual_, &solution_, &direction_, &product_}) {
      std::size_t next = 0;
      for (std::int64_t i = 0; i < normal_.size(); ++i) {
        for (int const column : kept) (*vectors)[next++] = (*vectors)[i * count + column];
      }
      vectors->resize(next);
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
      numbers_[i] = numbers_[kept[i]];
      lambdas_[i] = lambdas_[kept[i]];
      squares_[i] = squares_[kept[i]];
      side_norm_[i] = side_norm_[kept[i]];
    }
    numbers_.resize(kept.size());
    lambdas_.resize(kept.size());
  }

 private:
  template <class Function>
  ColumnNumbers sums(Function const& f) const {
    return column_sums(normal_.size(), columns(), normal_.threads(), f);
  }
  ColumnNumbers preconditioned_squares() const {
    int const count = columns();
    return sums([&](std::int64_t i, int column) {
      double const value = residual_[i * count + column];
      return value * value / normal_.preconditioner(i, lambdas_[column]);
    });
  }
  NormalOperator& normal_;
  std::vector<std::int64_t> numbers_;
  std::vector<double> lambdas_;
  std::vector<double> residual_;
  std::vector<double> solution_;
  std::vector<double> direction_;
  std::vector<double> product_;
  ColumnNumbers side_norm_{};
  ColumnNumbers squares_{};
};

// Columns first … first + count - 1 of a matrix with `columns` of them.
std::vector<double> part_of(std::vector<double> const& matrix, std::int64_t columns, std::int64_t first,
                            std::int64_t count) {
  std::vector<double> part;
  part.reserve(matrix.size() / columns * count);
  for (std::size_t row = 0; row < matrix.size() / columns; ++row) {
    auto const begin = matrix.begin() + static_cast<std::ptrdiff_t>(row) * columns + first;
    part.insert(part.end(), begin, begin + count);
  }
  return part;
}

void run(RidgeProblem const& problem, Group group, RidgeSolutions& found, std::int64_t columns) {
  constexpr int iterations_of_watch = 4;
  int iteration = 0;
  while (true) {
    bool const last = iteration >= problem.maximum_iterations;
    bool const asks = problem.watch != nullptr && iteration > 0 && iteration % iterations_of_watch == 0;
    group.keep([&](int column) {
      double const residual = group.relative_residual(column);
      bool const given_up = asks && problem.watch->gives_up(group.number(column), group.coefficients(column));
      if (residual > problem.tolerance && !last && !given_up) return true;
      for (std::int64_t i = 0; i < problem.features.parameters(); ++i) {
        found.coefficients[i * columns + group.number(column)] = group.solution(i, column);
      }
      if (given_up) return false;
      found.report.residual = std::max(found.report.residual, residual);
      found.report.converged = found.report.converged && residual <= problem.tolerance;
      return false;
    });
    if (group.columns() == 0) break;
    progress_step([&] { return fmt::format("{} ridges, iteration {}", group.columns(), iteration + 1); });
    group.advance();
    ++iteration;
  }
  found.report.iterations = std::max(found.report.iterations, iteration);
}

// Conjugate gradients never enter the null space of a singular system whose right-hand side is consistent, and so do
// not notice it. An arbitrary right-hand side is not consistent, and they fail on it.
void refuse_undetermined(RidgeProblem const& problem, NormalOperator& normal) {
  std::vector<double> arbitrary(normal.size());
  std::uint64_t state = 1;
  for (double& value : arbitrary) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    value = static_cast<double>(state >> 11) * 0x1p-53 - 0.5;
  }
  RidgeSolutions probe{std::vector<double>(normal.size()), {}, {}};
  run(problem, Group(normal, {0}, {0.0}, arbitrary, std::vector<double>(normal.size(), 0.0)), probe, 1);
  if (!probe.report.converged) refuse_singular(0.0);
}

}  // namespace

RidgeSolutions solve_by_gradients(RidgeProblem const& problem, std::span<RidgeSide const> sides,
                                  std::vector<double> const& start) {
  auto const columns = static_cast<std::int64_t>(sides.size());
  std::int64_t const size = problem.features.parameters();
  bool const unpenalised = std::any_of(sides.begin(), sides.end(), [](RidgeSide side) { return side.lambda == 0; });
  if (unpenalised && size >= problem.rows.size()) {
    fail(ErrorCode::numeric,
         fmt::format("lambda is 0 and {} rows cannot determine {} parameters; give a positive lambda",
                     problem.rows.size(), size));
  }
  RidgeSolutions found{std::vector<double>(size * columns, 0.0), {}, {"conjugate gradients", 0, 0.0, true}};
  std::vector<double> const right = problem.right_sides(sides);
  NormalOperator normal(problem);
  if (unpenalised) refuse_undetermined(problem, normal);
  for (std::int64_t first = 0; first < columns; first += kernels::most_mutation_columns) {
    std::int64_t const count = std::min<std::int64_t>(kernels::most_mutation_columns, columns - first);
    std::vector<std::int64_t> numbers;
    std::vector<double> lambdas;
    for (std::int64_t column = first; column < first + count; ++column) {
      numbers.push_back(column);
      lambdas.push_back(sides[column].lambda);
    }
    std::vector<double> guess =
        start.empty() ? std::vector<double>(size * count, 0.0) : part_of(start, columns, first, count);
    run(problem, Group(normal, numbers, lambdas, part_of(right, columns, first, count), std::move(guess)), found,
        columns);
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

}  // namespace shoal::surrogate
