// SPDX-License-Identifier: MIT
// Arithmetic of one item of a ridge path, for host and device.
#pragma once

#include "kernels/library/ridge_path.hpp"

namespace shoal::kernels::common {

// Below this share of an image, what is left of it is rounding.
inline constexpr double complete_krylov_space = 1e-15;

// Entry of a Krylov solution.
SHOAL_HOST_DEVICE inline double krylov_entry(KrylovSpaces const& spaces, int steps, std::int64_t system,
                                             double const* weights, std::int64_t entry) {
  double sum = 0.0;
  for (int step = 0; step < steps; ++step) sum += weights[step] * spaces.vector(step, system)[entry];
  return sum;
}

// What is left of an entry when its shares along the vectors 0 … step are taken away.
SHOAL_HOST_DEVICE inline double without_shares(KrylovSpaces const& spaces, int step, std::int64_t system,
                                               double const* shares, std::int64_t entry, double value) {
  for (int vector = 0; vector <= step; ++vector) value -= shares[vector] * spaces.vector(vector, system)[entry];
  return value;
}

// Effects of the three differences d = 1, 2, 3 of a position: sums of the coefficients whose contrast bit d sets.
SHOAL_HOST_DEVICE inline void write_effects(double const* coefficients, double* effects, std::int64_t stride) {
  effects[0] = coefficients[0] + coefficients[2];
  effects[stride] = coefficients[1] + coefficients[2];
  effects[2 * stride] = coefficients[0] + coefficients[1];
}

}  // namespace shoal::kernels::common
