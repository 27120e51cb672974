// SPDX-License-Identifier: MIT
#include "surrogate/ridge/shifted_solve.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace shoal::surrogate {
namespace {

// A diagonal A, whose shifted solutions are known: x_i = b_i / (a_i + shift).
void expect_exact(std::vector<double> const& a, std::vector<double> const& b, std::vector<double> const& shifts,
                  int most_steps) {
  ShiftedSolve solve(b, shifts);
  int steps = 0;
  for (; !solve.done() && steps < 200; ++steps) {
    std::vector<double> image(solve.direction().begin(), solve.direction().end());
    for (std::size_t i = 0; i < a.size(); ++i) image[i] /= a[i];
    solve.advance(image);
  }
  EXPECT_LE(steps, most_steps);
  for (std::size_t choice = 0; choice < shifts.size(); ++choice) {
    std::vector<double> const x = solve.solution(choice);
    for (std::size_t i = 0; i < a.size(); ++i) {
      double const expected = b[i] / (a[i] + shifts[choice]);
      EXPECT_NEAR(x[i], expected, 1e-11 * (1 + std::abs(expected))) << i << ", shift " << shifts[choice];
    }
  }
}

TEST(ShiftedSolve, SmallShiftsTakeAHandfulOfSteps) {
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 120; ++i) {
    a.push_back(100.0 + 9.0 * i);
    b.push_back(std::sin(1.0 + 3.0 * i));
  }
  expect_exact(a, b, {-0.999, -0.99, -0.9, 0.0}, 6);
  expect_exact(a, b, {0.0}, 1);
}

TEST(ShiftedSolve, ShiftsBesideTheSpectrumTakeMore) {
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 60; ++i) {
    a.push_back(1.0 + 0.5 * i * i);
    b.push_back(std::cos(2.0 * i));
  }
  expect_exact(a, b, {-0.9, 0.0, 5.0}, 60);
}

TEST(ShiftedSolve, FewDistinctValuesEndTheKrylovSpace) {
  expect_exact({2, 2, 5, 5, 5, 9}, {1, 2, 3, 4, 5, 6}, {-1.5, 3.0, 100.0}, 3);
}

TEST(ShiftedSolve, NothingToSolve) {
  ShiftedSolve const solve(std::vector<double>(4, 0.0), {0.0, 1.0});
  EXPECT_TRUE(solve.done());
  EXPECT_EQ(solve.solution(1), std::vector<double>(4, 0.0));
  EXPECT_TRUE(ShiftedSolve({}, {1.0}).done());
}

}  // namespace
}  // namespace shoal::surrogate
