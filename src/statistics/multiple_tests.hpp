// SPDX-License-Identifier: MIT
// Corrections for the number of tests.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shoal::statistics {

// Holm's step-down correction (Scandinavian Journal of Statistics 1979), in the order of `p`.
std::vector<double> holm(std::span<double const> p);

// Benjamini and Hochberg's q for each p: the smallest p' n / rank(p') of the p' ≥ p, n the number of tests. `tests`:
// where only the smallest p of so many are given; 0: all are.
std::vector<double> q_values(std::vector<double> const& p, std::int64_t tests = 0);

}  // namespace shoal::statistics
