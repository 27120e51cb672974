// SPDX-License-Identifier: MIT
#include "surrogate/ridge/shifted_solve.hpp"

#include <cmath>
#include <utility>

namespace shoal::surrogate {

namespace {

constexpr double largest_residual = 1e-14;

double dot(std::span<double const> first, std::span<double const> second) {
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) sum += first[i] * second[i];
  return sum;
}

void scale(std::vector<double>& values, double factor) {
  for (double& value : values) value *= factor;
}

}  // namespace

ShiftedSolve::ShiftedSolve(std::span<double const> right_side, std::vector<double> shifts)
    : norm_(std::sqrt(dot(right_side, right_side))), shifts_(std::move(shifts)) {
  basis_.emplace_back(right_side.begin(), right_side.end());
  if (norm_ > 0) scale(basis_.back(), 1.0 / norm_);
  done_ = !(norm_ > 0);
}

void ShiftedSolve::advance(std::span<double const> image) {
  std::vector<double> next(image.begin(), image.end());
  diagonal_.push_back(dot(basis_.back(), next));
  // Twice is enough to keep the basis orthogonal to the last bits.
  for (int pass = 0; pass < 2; ++pass) {
    for (auto const& vector : basis_) {
      double const along = dot(vector, next);
      for (std::size_t i = 0; i < next.size(); ++i) next[i] -= along * vector[i];
    }
  }
  off_diagonal_.push_back(std::sqrt(dot(next, next)));
  bool const complete = off_diagonal_.back() <= 1e-16 * diagonal_.front();
  scale(next, complete ? 0.0 : 1.0 / off_diagonal_.back());
  basis_.push_back(std::move(next));
  done_ = true;
  for (double const shift : shifts_) {
    // (A + shift I) x - b is along the next vector, with this length relative to b.
    double const residual = std::abs(shift * off_diagonal_.back() * projected_solution(shift).back());
    if (!complete && residual > largest_residual) done_ = false;
  }
}

// y of (I + shift T) y = e_1 with T the projected B: elimination of a symmetric positive definite tridiagonal matrix.
std::vector<double> ShiftedSolve::projected_solution(double shift) const {
  std::size_t const steps = diagonal_.size();
  std::vector<double> pivots(steps);
  std::vector<double> values(steps, 0.0);
  values[0] = 1.0;
  pivots[0] = 1.0 + shift * diagonal_[0];
  for (std::size_t i = 1; i < steps; ++i) {
    double const coupling = shift * off_diagonal_[i - 1];
    double const factor = coupling / pivots[i - 1];
    pivots[i] = 1.0 + shift * diagonal_[i] - factor * coupling;
    values[i] -= factor * values[i - 1];
  }
  values[steps - 1] /= pivots[steps - 1];
  for (std::size_t i = steps - 1; i-- > 0;) {
    values[i] = (values[i] - shift * off_diagonal_[i] * values[i + 1]) / pivots[i];
  }
  return values;
}

std::vector<double> ShiftedSolve::solution(std::size_t choice) const {
  std::vector<double> x(basis_.front().size(), 0.0);
  if (diagonal_.empty()) return x;
  std::vector<double> const y = projected_solution(shifts_[choice]);
  std::size_t const steps = y.size();
  // x = B Q y |b| = Q_next T_next y |b|, exact for any number of steps.
  for (std::size_t k = 0; k <= steps; ++k) {
    double weight = k < steps ? diagonal_[k] * y[k] : 0.0;
    if (k > 0) weight += off_diagonal_[k - 1] * y[k - 1];
    if (k + 1 < steps) weight += off_diagonal_[k] * y[k + 1];
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += norm_ * weight * basis_[k][i];
  }
  return x;
}

}  // namespace shoal::surrogate
