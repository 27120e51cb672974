// SPDX-License-Identifier: MIT
#include "surrogate/ridge_solve.hpp"

#include <algorithm>
#include <utility>

#include "linalg/symmetric.hpp"
#include "surrogate/shifted_solve.hpp"

namespace shoal::surrogate {

namespace {

// Solves beyond which factorising at every lambda is cheaper.
constexpr int most_steps = 20;

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// The normal matrix at one lambda, factorised.
class Factor {
 public:
  Factor(ContrastDesign const& design, int left_out, double lambda)
      : backend_(design.backend()),
        size_(design.features()),
        matrix_(backend_, at(size_ * size_)),
        sides_(backend_, at(design.tasks() * size_)) {
    design.normal_matrix(left_out, lambda, view());
    dispatch(backend_, [&](auto const& space) { linalg::cholesky_factor(space, view()); });
  }
  // Overwrites `sides` [tasks, features] with the solutions.
  void solve(std::vector<double>& sides) {
    sides_.copy_from(sides);
    auto const count = static_cast<std::int64_t>(sides_.size()) / std::max<std::int64_t>(size_, 1);
    dispatch(backend_, [&](auto const& space) {
      linalg::cholesky_solve(space, view(), {sides_.data(), count, size_, size_});
    });
    sides_.copy_to(sides);
  }
  // The trace of the inverse; the factor is lost.
  double inverse_trace() {
    return dispatch(backend_, [&](auto const& space) { return linalg::cholesky_inverse_trace(space, view()); });
  }

 private:
  linalg::Matrix view() { return {matrix_.data(), size_, size_, size_}; }

  device::Backend const& backend_;
  std::int64_t size_;
  device::Buffer<double> matrix_;
  device::Buffer<double> sides_;
};

// Fits from coefficients: the constant makes the residuals sum to zero over the rows that were fitted.
class Offsets {
 public:
  Offsets(ContrastDesign const& design, int left_out)
      : contrasts_(design.contrast_means(left_out)), responses_(design.response_means(left_out)) {}

  ContrastFit fit(std::int64_t task, std::vector<double> coefficients) const {
    double offset = responses_[at(task)];
    for (std::size_t i = 0; i < contrasts_.size(); ++i) offset -= contrasts_[i] * coefficients[i];
    return {offset, std::move(coefficients)};
  }
  // All tasks, from solutions [tasks, features].
  std::vector<ContrastFit> fits(std::vector<double> const& solutions) const {
    std::vector<ContrastFit> found;
    auto const size = static_cast<std::int64_t>(contrasts_.size());
    for (std::int64_t task = 0; task < static_cast<std::int64_t>(responses_.size()); ++task) {
      auto const begin = solutions.begin() + task * size;
      found.push_back(fit(task, {begin, begin + size}));
    }
    return found;
  }

 private:
  std::vector<double> contrasts_;
  std::vector<double> responses_;
};

// One solver a task, run to the end together; false when they need too many steps.
bool run_shifted(Factor& factor, std::int64_t size, std::vector<ShiftedSolve>& solvers) {
  std::vector<double> vectors(solvers.size() * at(size));
  for (int step = 0; step < most_steps; ++step) {
    if (std::all_of(solvers.begin(), solvers.end(), [](ShiftedSolve const& solver) { return solver.done(); }))
      return true;
    for (std::size_t task = 0; task < solvers.size(); ++task) {
      std::copy(solvers[task].direction().begin(), solvers[task].direction().end(),
                vectors.begin() + static_cast<std::int64_t>(task) * size);
    }
    factor.solve(vectors);
    for (std::size_t task = 0; task < solvers.size(); ++task) {
      if (!solvers[task].done()) solvers[task].advance(std::span(vectors).subspan(task * at(size), at(size)));
    }
  }
  return std::all_of(solvers.begin(), solvers.end(), [](ShiftedSolve const& solver) { return solver.done(); });
}

}  // namespace

std::vector<ContrastFit> solve_path(ContrastDesign const& design, int left_out, std::vector<double> const& lambdas) {
  double const largest = *std::max_element(lambdas.begin(), lambdas.end());
  std::vector<double> shifts;
  for (double const lambda : lambdas) shifts.push_back(lambda - largest);
  std::vector<double> const sides = design.right_sides(left_out);
  Offsets const offsets(design, left_out);
  std::size_t const size = at(design.features());
  std::vector<ShiftedSolve> solvers;
  for (std::size_t task = 0; task < at(design.tasks()); ++task) {
    solvers.emplace_back(std::span(sides).subspan(task * size, size), shifts);
  }
  Factor factor(design, left_out, largest);
  bool const reached = run_shifted(factor, design.features(), solvers);
  std::vector<ContrastFit> fits(at(design.tasks()) * lambdas.size());
  for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
    std::vector<double> solutions = sides;
    if (!reached) Factor(design, left_out, lambdas[choice]).solve(solutions);
    for (std::int64_t task = 0; task < design.tasks(); ++task) {
      auto const begin = solutions.begin() + task * design.features();
      std::vector<double> coefficients =
          reached ? solvers[at(task)].solution(choice) : std::vector<double>(begin, begin + design.features());
      fits[at(task) * lambdas.size() + choice] = offsets.fit(task, std::move(coefficients));
    }
  }
  return fits;
}

FullFit solve_full(ContrastDesign const& design, double lambda) {
  Factor factor(design, -1, lambda);
  std::vector<double> solutions = design.right_sides(-1);
  factor.solve(solutions);
  double const rank = static_cast<double>(design.features());
  return {Offsets(design, -1).fits(solutions), 1.0 + rank - lambda * factor.inverse_trace()};
}

}  // namespace shoal::surrogate
