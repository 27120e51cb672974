// SPDX-License-Identifier: MIT
// Preconditioned conjugate gradients of the ridge's normal equations: (Phi^T W Phi - means + lambda M) u = b, several
// right-hand sides in lockstep, so that one pass over the data serves all.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/progress.hpp"
#include "device/buffer.hpp"
#include "kernels/library/gradient_steps.hpp"
#include "surrogate/ridge/normal_operator.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

constexpr int iterations_of_watch = 4;

// Several right-hand sides that are being solved in the memory of the backend. Those that have converged leave, and the
// others close up.
class Group {
 public:
  // `sides` are [size, lambdas], and so is `start`, unless it is empty for 0.
  Group(NormalOperator& normal, double tolerance, std::vector<std::int64_t> numbers, std::vector<double> lambdas,
        std::vector<double> const& sides, std::vector<double> const& start)
      : normal_(normal),
        tolerance_(tolerance),
        numbers_(std::move(numbers)),
        lambdas_(std::move(lambdas)),
        residual_(on(sides)),
        solution_(normal.backend(), sides.size()),
        direction_(normal.backend(), sides.size()),
        product_(normal.backend(), sides.size()),
        parts_(normal.backend(), at(2 * kernels::sum_parts(normal.size()) * columns())),
        own_lambdas_(on(lambdas_)),
        states_(normal.backend(), lambdas_.size()) {
    states_.fill_zero();
    bool const has_guess = std::any_of(start.begin(), start.end(), [](double value) { return value != 0.0; });
    if (has_guess) {
      solution_.copy_from(start);
      normal_.multiply(own_lambdas_.data(), columns(), solution_.data(), product_.data());
    } else {
      solution_.fill_zero();
    }
    dispatch(normal_.backend(), [&](auto const& space) { kernels::start_gradients(space, vectors(), has_guess); });
    read();
  }

  std::int64_t columns() const { return std::ssize(lambdas_); }
  std::int64_t number(std::int64_t column) const { return numbers_[at(column)]; }
  kernels::GradientColumn const& state(std::int64_t column) const { return read_[at(column)]; }
  double relative_residual(std::int64_t column) const {
    kernels::GradientColumn const& now = state(column);
    return now.side_norm > 0 ? std::sqrt(now.squares / now.side_norm) : 0.0;
  }
  // On the backend.
  Coefficients coefficients(std::int64_t column) const {
    return {solution_.data() + column, normal_.size(), 1, columns()};
  }
  // Writes a column's solution to column `to` of a host matrix [size, stride].
  void write_solution(std::int64_t column, std::int64_t to, std::int64_t stride, std::vector<double>& matrix) {
    choose({1, {static_cast<std::int32_t>(column)}}, solution_, product_);
    std::vector<double> values(at(normal_.size()));
    product_.copy_to(values);
    for (std::size_t i = 0; i < values.size(); ++i) matrix[i * at(stride) + at(to)] = values[i];
  }

  // Some iterations of all, with a wait at the end. Errors: numeric, when lambda is 0 in a direction that the data do
  // not see.
  void advance(int iterations) {
    for (int iteration = 0; iteration < iterations; ++iteration) {
      normal_.multiply(own_lambdas_.data(), columns(), direction_.data(), product_.data());
      dispatch(normal_.backend(), [&](auto const& space) { kernels::step_gradients(space, vectors()); });
    }
    read();
    for (std::int64_t column = 0; column < columns(); ++column) {
      if (state(column).singular != 0) refuse_singular(lambdas_[at(column)]);
    }
  }

  // Keeps the columns for which `stays` holds.
  template <class Function>
  void keep(Function const& stays) {
    kernels::ColumnChoice kept;
    for (std::int64_t column = 0; column < columns(); ++column) {
      if (stays(column)) kept.columns[kept.count++] = static_cast<std::int32_t>(column);
    }
    if (kept.count == columns()) return;
    for (device::Buffer<double>* const vectors : {&residual_, &solution_, &direction_}) {
      choose(kept, *vectors, product_);
      std::swap(*vectors, product_);
    }
    for (std::size_t i = 0; i < at(kept.count); ++i) {
      std::size_t const from = at(kept.columns[i]);
      numbers_[i] = numbers_[from];
      lambdas_[i] = lambdas_[from];
      read_[i] = read_[from];
    }
    numbers_.resize(at(kept.count));
    lambdas_.resize(at(kept.count));
    read_.resize(at(kept.count));
    own_lambdas_.copy_from(lambdas_);
    states_.copy_from(read_);
  }

 private:
  device::Buffer<double> on(std::span<double const> values) const { return {normal_.backend(), values}; }
  kernels::GradientVectors vectors() {
    return {normal_.size(),     columns(),           tolerance_,       normal_.scale(),
            normal_.diagonal(), own_lambdas_.data(), residual_.data(), solution_.data(),
            direction_.data(),  product_.data(),     parts_.data(),    states_.data()};
  }
  void read() {
    read_.resize(at(columns()));
    states_.copy_to(read_);
  }
  void choose(kernels::ColumnChoice const& choice, device::Buffer<double> const& from, device::Buffer<double>& to) {
    dispatch(normal_.backend(), [&](auto const& space) {
      kernels::choose_columns(space, {from.data(), normal_.size(), columns(), columns()}, choice, to.data());
    });
  }

  NormalOperator& normal_;
  double tolerance_;
  std::vector<std::int64_t> numbers_;
  std::vector<double> lambdas_;
  device::Buffer<double> residual_;
  device::Buffer<double> solution_;
  device::Buffer<double> direction_;
  device::Buffer<double> product_;
  device::Buffer<double> parts_;
  device::Buffer<double> own_lambdas_;
  device::Buffer<kernels::GradientColumn> states_;
  std::vector<kernels::GradientColumn> read_;  // the states at the last wait
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

// Iterations between two looks at the columns. The host looks at every one; a device would wait each time.
int iterations_of_look(RidgeProblem const& problem) {
  constexpr int of_device = 8;
  if (problem.features.backend().kind() == device::BackendKind::cpu) return 1;
  return problem.watch == nullptr ? of_device : iterations_of_watch;
}

void run(RidgeProblem const& problem, Group group, RidgeSolutions& found, std::int64_t columns) {
  int const look = iterations_of_look(problem);
  int iteration = 0;
  while (true) {
    bool const last = iteration >= problem.maximum_iterations;
    bool const asks = problem.watch != nullptr && iteration > 0 && iteration % iterations_of_watch == 0;
    group.keep([&](std::int64_t column) {
      double const residual = group.relative_residual(column);
      found.report.iterations = std::max(found.report.iterations, group.state(column).iterations);
      // Between two looks a column may have ended long ago.
      bool const asked = asks && group.state(column).iterations == iteration;
      bool const given_up = asked && problem.watch->gives_up(group.number(column), group.coefficients(column));
      if (residual > problem.tolerance && !last && !given_up) return true;
      group.write_solution(column, group.number(column), columns, found.coefficients);
      if (given_up) return false;
      found.report.residual = std::max(found.report.residual, residual);
      found.report.converged = found.report.converged && residual <= problem.tolerance;
      return false;
    });
    if (group.columns() == 0) break;
    progress_step([&] { return fmt::format("{} ridges, iteration {}", group.columns(), iteration + 1); });
    int const iterations = std::min(look, problem.maximum_iterations - iteration);
    group.advance(iterations);
    iteration += iterations;
  }
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
  run(problem, Group(normal, problem.tolerance, {0}, {0.0}, arbitrary, {}), probe, 1);
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
    std::vector<double> const guess = start.empty() ? std::vector<double>() : part_of(start, columns, first, count);
    run(problem, Group(normal, problem.tolerance, numbers, lambdas, part_of(right, columns, first, count), guess),
        found, columns);
  }
  found.constants = problem.constants(sides, {found.coefficients.data(), size, columns, columns});
  return found;
}

}  // namespace shoal::surrogate
