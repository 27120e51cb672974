// SPDX-License-Identifier: MIT
// Ranks and the Pareto front.
#pragma once

#include <span>
#include <vector>

namespace shoal::compare {

// Ranks from 1 for the highest value; equal values share the mean of theirs; NaN has none (NaN).
std::vector<double> ranks_from_highest(std::span<double const> values);

// Which items no other one dominates: at least as high in every criterion and higher in one. values
// [criteria][items]; an item with a NaN is not on the front.
std::vector<bool> pareto_front(std::vector<std::vector<double>> const& values);

}  // namespace shoal::compare
