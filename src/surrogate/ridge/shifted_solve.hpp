// SPDX-License-Identifier: MIT
// Solutions of (A + shift I) x = b for a whole list of shifts from one factorisation of A: shift-and-invert Lanczos.
// The Krylov space of B = A^-1 and b is the same for every shift. If the shifts are small beside A's spectrum, as the
// lambdas of a ridge path are, a handful of solves with A fill it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::surrogate {

// One right-hand side. The caller applies B: while not done(), advance(B direction()).
class ShiftedSolve {
 public:
  // Every A + shift I is positive definite.
  ShiftedSolve(std::span<double const> right_side, std::vector<double> shifts);

  // True when the residual |(A + shift I) x - b| is below 1e-14 |b| for every shift.
  bool done() const { return done_; }
  // The vector to be multiplied by B next, of unit length.
  std::span<double const> direction() const { return basis_.back(); }
  void advance(std::span<double const> image);
  // x for shift number `choice`.
  std::vector<double> solution(std::size_t choice) const;

 private:
  std::vector<double> projected_solution(double shift) const;

  double norm_ = 0;
  std::vector<double> shifts_;
  std::vector<std::vector<double>> basis_;  // Lanczos vectors, one more than steps
  std::vector<double> diagonal_;            // diagonal of the projected B, which is tridiagonal
  std::vector<double> off_diagonal_;        // its last entry couples to the vector after the last step
  bool done_ = false;
};

}  // namespace shoal::surrogate
