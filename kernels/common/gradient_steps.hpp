// SPDX-License-Identifier: MIT
// What one right-hand side of conjugate gradients does with its sums, for host and device.
#pragma once

#include <cmath>

#include "kernels/library/gradient_steps.hpp"

namespace shoal::kernels::common {

inline constexpr double no_curvature = 1e-13;

SHOAL_HOST_DEVICE inline bool is_above(GradientColumn const& state, double tolerance) {
  return state.side_norm > 0 && sqrt(state.squares / state.side_norm) > tolerance;
}

// After the sums of direction * product, and of direction² * preconditioner.
SHOAL_HOST_DEVICE inline void choose_step(double curvature, double expected, GradientColumn& state) {
  if (state.active == 0) return;
  state.singular = curvature > no_curvature * expected ? 0 : 1;
  if (state.singular != 0) state.active = 0;
  state.step = state.squares / curvature;
}

// After the sum of the new residual's squares.
SHOAL_HOST_DEVICE inline void end_step(double squares, double tolerance, GradientColumn& state) {
  if (state.active == 0) return;
  state.share = squares / state.squares;
  state.squares = squares;
  ++state.iterations;
  state.active = is_above(state, tolerance) ? 1 : 0;
}

SHOAL_HOST_DEVICE inline double square_of(GradientVectors const& vectors, std::int64_t i, std::int64_t column) {
  double const value = vectors.residual[i * vectors.columns + column];
  return value * value / vectors.preconditioner(i, column);
}

SHOAL_HOST_DEVICE inline double curvature_of(GradientVectors const& vectors, std::int64_t i, std::int64_t column) {
  std::int64_t const entry = i * vectors.columns + column;
  return vectors.direction[entry] * vectors.product[entry];
}

SHOAL_HOST_DEVICE inline double expected_curvature(GradientVectors const& vectors, std::int64_t i,
                                                   std::int64_t column) {
  double const value = vectors.direction[i * vectors.columns + column];
  return value * value * vectors.preconditioner(i, column);
}

// The residual where the solution begins elsewhere than at 0.
SHOAL_HOST_DEVICE inline void subtract_product(GradientVectors const& vectors, std::int64_t i, std::int64_t column) {
  std::int64_t const entry = i * vectors.columns + column;
  vectors.residual[entry] -= vectors.product[entry];
}

SHOAL_HOST_DEVICE inline void set_direction(GradientVectors const& vectors, std::int64_t i, std::int64_t column) {
  std::int64_t const entry = i * vectors.columns + column;
  vectors.direction[entry] = vectors.residual[entry] / vectors.preconditioner(i, column);
}

// Entry (i, column) goes along the direction.
SHOAL_HOST_DEVICE inline void take_step(GradientVectors const& vectors, std::int64_t i, std::int64_t column) {
  if (vectors.states[column].active == 0) return;
  std::int64_t const entry = i * vectors.columns + column;
  double const step = vectors.states[column].step;
  vectors.solution[entry] += step * vectors.direction[entry];
  vectors.residual[entry] -= step * vectors.product[entry];
}

SHOAL_HOST_DEVICE inline void turn(GradientVectors const& vectors, std::int64_t i, std::int64_t column) {
  if (vectors.states[column].active == 0) return;
  std::int64_t const entry = i * vectors.columns + column;
  vectors.direction[entry] = vectors.residual[entry] / vectors.preconditioner(i, column) +
                             vectors.states[column].share * vectors.direction[entry];
}

}  // namespace shoal::kernels::common
