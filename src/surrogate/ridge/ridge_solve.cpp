// SPDX-License-Identifier: MIT
#include "surrogate/ridge/ridge_solve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/index.hpp"
#include "linalg/symmetric.hpp"
#include "surrogate/ridge/shifted_solve.hpp"

namespace shoal::surrogate {

namespace {

// A factorisation costs about as much as this many steps of ShiftedSolve: measured at 747 features, where it takes 2.3
// ms and a solve for one or two tasks 0.3 ms.
constexpr double steps_of_a_factor = 8;

// The normal matrix of all blocks but `left_out` at lambda 0, from which the matrix at any lambda is a copy.
class NormalMatrix {
 public:
  NormalMatrix(ContrastDesign const& design, int left_out)
      : backend_(design.backend()), size_(design.features()), matrix_(backend_, at(size_ * size_)) {
    design.normal_matrix(left_out, 0.0, {matrix_.data(), size_, size_, size_});
  }
  device::Backend const& backend() const { return backend_; }
  std::int64_t size() const { return size_; }
  // Entries with column <= row of the matrix + lambda I.
  void write(double lambda, linalg::Matrix matrix) const {
    dispatch(backend_, [&](auto const& space) {
      kernels::copy_shifted(space, {matrix_.data(), size_, size_, size_}, lambda, matrix);
    });
  }

 private:
  device::Backend const& backend_;
  std::int64_t size_;
  device::Buffer<double> matrix_;
};

// The normal matrix at one lambda, factorised.
class Factor {
 public:
  Factor(NormalMatrix const& normal, std::int64_t tasks, double lambda)
      : backend_(normal.backend()),
        size_(normal.size()),
        matrix_(backend_, at(size_ * size_)),
        sides_(backend_, at(tasks * size_)) {
    normal.write(lambda, view());
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

// Steps after which ShiftedSolve ends, about, when A is factorised at the largest lambda: those of conjugate gradients
// whose spectrum is that of (A + lambda) / (A + largest). A random library's eigenvalues spread about their mean as
// those of noise do (Marchenko and Pastur), and twice as far by the correlation of a position's own contrasts.
double expected_steps(ContrastDesign const& design, int left_out, std::vector<double> const& lambdas) {
  constexpr double own_spread = 2;
  constexpr double log_residual = 33;  // the logarithm of 1e14, with a 2 in front
  auto const rows = static_cast<double>(design.rows(left_out));
  auto const size = static_cast<double>(design.features());
  double trace = 0;
  for (double const mean : design.contrast_means(left_out)) trace += rows * mean * (1 - mean);
  double const noise = std::sqrt(size / rows);
  double const lowest = noise < 1 ? trace / size * (1 - noise) * (1 - noise) / own_spread : 0;
  double const highest = trace / size * (1 + noise) * (1 + noise) * own_spread;
  auto const [least, largest] = std::minmax_element(lambdas.begin(), lambdas.end());
  double const spread = (highest + *least) / (highest + *largest) * (lowest + *largest) / (lowest + *least);
  double const root = std::sqrt(spread);
  return spread > 1 ? log_residual / std::log((root + 1) / (root - 1)) : 1.0;
}

// Runs one solver per task to its end, all together; false if more than `most` steps are needed.
bool run_shifted(Factor& factor, std::int64_t size, int most, std::vector<ShiftedSolve>& solvers) {
  auto const all_done = [&] {
    return std::all_of(solvers.begin(), solvers.end(), [](ShiftedSolve const& solver) { return solver.done(); });
  };
  std::vector<double> vectors(solvers.size() * at(size));
  for (int step = 0; step < most && !all_done(); ++step) {
    for (std::size_t task = 0; task < solvers.size(); ++task) {
      std::copy(solvers[task].direction().begin(), solvers[task].direction().end(),
                vectors.begin() + static_cast<std::int64_t>(task) * size);
    }
    factor.solve(vectors);
    for (std::size_t task = 0; task < solvers.size(); ++task) {
      if (!solvers[task].done()) solvers[task].advance(std::span(vectors).subspan(task * at(size), at(size)));
    }
  }
  return all_done();
}

// Solutions [lambdas][tasks * features] from one factorisation at the largest lambda. Empty if its steps would cost
// more than a factorisation for every lambda does.
std::vector<std::vector<double>> shifted_path(ContrastDesign const& design, int left_out, NormalMatrix const& normal,
                                              std::vector<double> const& sides, std::vector<double> const& lambdas) {
  double const saved = steps_of_a_factor * static_cast<double>(lambdas.size() - 1);
  if (expected_steps(design, left_out, lambdas) > saved) return {};
  double const largest = *std::max_element(lambdas.begin(), lambdas.end());
  std::vector<double> shifts;
  for (double const lambda : lambdas) shifts.push_back(lambda - largest);
  std::size_t const size = at(design.features());
  std::vector<ShiftedSolve> solvers;
  for (std::size_t task = 0; task < at(design.tasks()); ++task) {
    solvers.emplace_back(std::span(sides).subspan(task * size, size), shifts);
  }
  Factor factor(normal, design.tasks(), largest);
  if (!run_shifted(factor, design.features(), static_cast<int>(2 * saved), solvers)) return {};
  std::vector<std::vector<double>> path(lambdas.size());
  for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
    for (ShiftedSolve const& solver : solvers) {
      std::vector<double> const solution = solver.solution(choice);
      path[choice].insert(path[choice].end(), solution.begin(), solution.end());
    }
  }
  return path;
}

}  // namespace

std::vector<ContrastFit> solve_path(ContrastDesign const& design, int left_out, std::vector<double> const& lambdas) {
  std::vector<double> const sides = design.right_sides(left_out);
  Offsets const offsets(design, left_out);
  NormalMatrix const normal(design, left_out);
  std::vector<std::vector<double>> path = shifted_path(design, left_out, normal, sides, lambdas);
  if (path.empty()) {
    for (double const lambda : lambdas) {
      path.push_back(sides);
      Factor(normal, design.tasks(), lambda).solve(path.back());
    }
  }
  std::vector<ContrastFit> fits(at(design.tasks()) * lambdas.size());
  for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
    std::vector<ContrastFit> const found = offsets.fits(path[choice]);
    for (std::size_t task = 0; task < found.size(); ++task) fits[task * lambdas.size() + choice] = found[task];
  }
  return fits;
}

ContrastSpread solve_spread(ContrastDesign const& design, double lambda) {
  std::int64_t const size = design.features();
  NormalMatrix const normal(design, -1);
  Factor factor(normal, size, lambda);
  // Row i: A^-1 G e_i = e_i - lambda A^-1 e_i; then A^-1 times the rows of A^-1 G.
  std::vector<double> shares(at(size * size), 0.0);
  for (std::int64_t i = 0; i < size; ++i) shares[at(i * size + i)] = 1.0;
  factor.solve(shares);
  for (double& share : shares) share *= -lambda;
  for (std::int64_t i = 0; i < size; ++i) shares[at(i * size + i)] += 1.0;
  ContrastSpread spread{std::vector<double>(shares.size()), static_cast<double>(design.rows(-1)) - 1};
  for (std::int64_t i = 0; i < size; ++i) {
    spread.residual_degrees -= 2 * shares[at(i * size + i)];
    for (std::int64_t j = 0; j < size; ++j) {
      spread.covariance[at(j * size + i)] = shares[at(i * size + j)];
      spread.residual_degrees += shares[at(i * size + j)] * shares[at(j * size + i)];
    }
  }
  factor.solve(spread.covariance);
  return spread;
}

FullFit solve_full(ContrastDesign const& design, double lambda) {
  Factor factor(NormalMatrix(design, -1), design.tasks(), lambda);
  std::vector<double> solutions = design.right_sides(-1);
  factor.solve(solutions);
  double const rank = static_cast<double>(design.features());
  return {Offsets(design, -1).fits(solutions), 1.0 + rank - lambda * factor.inverse_trace()};
}

}  // namespace shoal::surrogate
