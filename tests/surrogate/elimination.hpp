// SPDX-License-Identifier: MIT
// A solver of small systems that shares nothing with the code under test.
#pragma once

#include <cstddef>
#include <vector>

namespace shoal::test {

// Solves the symmetric positive definite system a x = b by Gaussian elimination.
inline std::vector<double> eliminate(std::vector<std::vector<double>> a, std::vector<double> b) {
  std::size_t const n = b.size();
  for (std::size_t pivot = 0; pivot < n; ++pivot) {
    for (std::size_t row = pivot + 1; row < n; ++row) {
      double const factor = a[row][pivot] / a[pivot][pivot];
      if (factor == 0) continue;
      for (std::size_t column = pivot; column < n; ++column) a[row][column] -= factor * a[pivot][column];
      b[row] -= factor * b[pivot];
    }
  }
  for (std::size_t row = n; row-- > 0;) {
    for (std::size_t column = row + 1; column < n; ++column) b[row] -= a[row][column] * b[column];
    b[row] /= a[row][row];
  }
  return b;
}

}  // namespace shoal::test
