// SPDX-License-Identifier: MIT
#include "surrogate/math/quasi_newton.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

double dot(Vector const& a, Vector const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

Vector product(Vector const& matrix, Vector const& vector) {
  std::size_t const size = vector.size();
  Vector result(size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) result[i] += matrix[i * size + j] * vector[j];
  }
  return result;
}

Vector diagonal_matrix(Vector const& diagonal) {
  std::size_t const size = diagonal.size();
  Vector matrix(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) matrix[i * size + i] = diagonal[i];
  return matrix;
}

// The update of the inverse Hessian for a step and the gradient's change along it.
void update(Vector& inverse, Vector const& step, Vector const& change) {
  double const curvature = dot(step, change);
  // Curvature that rounding or a concave place made meaningless would spoil the matrix.
  if (!(curvature > 1e-12 * std::sqrt(dot(step, step) * dot(change, change)))) return;
  Vector const image = product(inverse, change);
  double const factor = (1 + dot(change, image) / curvature) / curvature;
  std::size_t const size = step.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      inverse[i * size + j] += factor * step[i] * step[j] - (image[i] * step[j] + step[i] * image[j]) / curvature;
    }
  }
}

}  // namespace

Minimum minimise(SmoothFunction const& function, Vector start, Vector const& inverse_hessian, double longest_step,
                 double tolerance) {
  constexpr int most_iterations = 300;
  Minimum minimum{std::move(start), 0, 0, false};
  Vector gradient(minimum.point.size());
  minimum.value = function(minimum.point, gradient);
  Vector inverse = diagonal_matrix(inverse_hessian);
  bool fresh = true;
  for (; minimum.iterations < most_iterations; ++minimum.iterations) {
    Vector step = product(inverse, gradient);
    double longest = 0;
    for (double& value : step) {
      value = -value;
      longest = std::max(longest, std::abs(value));
    }
    double const slope = dot(step, gradient);
    if (-slope < tolerance) {
      minimum.converged = true;
      break;
    }
    double length = std::min(1.0, longest_step / longest);
    Vector point(step.size());
    Vector trial_gradient(step.size());
    double value = 0;
    int halvings = 0;
    for (; halvings < 40; ++halvings, length *= 0.5) {
      for (std::size_t i = 0; i < point.size(); ++i) point[i] = minimum.point[i] + length * step[i];
      value = function(point, trial_gradient);
      if (value <= minimum.value + 1e-4 * length * slope) break;
    }
    if (halvings == 40) {
      if (fresh) break;
      inverse = diagonal_matrix(inverse_hessian);
      fresh = true;
      continue;
    }
    Vector change = trial_gradient;
    for (std::size_t i = 0; i < step.size(); ++i) {
      step[i] *= length;
      change[i] -= gradient[i];
    }
    update(inverse, step, change);
    fresh = false;
    minimum.point = std::move(point);
    minimum.value = value;
    gradient = std::move(trial_gradient);
  }
  return minimum;
}

}  // namespace shoal::surrogate
