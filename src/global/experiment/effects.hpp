// SPDX-License-Identifier: MIT
// From the scores of every arm in every context to mean effects with their errors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "global/experiment/arrangements.hpp"

namespace shoal::global {

// scores [contexts, arms, columns]; `column` the task's.
struct ArmScores {
  std::span<float const> scores;
  std::size_t arms = 0;
  std::size_t columns = 1;

  std::size_t contexts() const { return scores.size() / (arms * columns); }
  double at(std::size_t context, std::size_t arm, std::size_t column) const {
    return static_cast<double>(scores[(context * arms + arm) * columns + column]);
  }
};

// Background, singles and pairs of one task; the caller sets names and surrogates. Differences are computed within each
// context, so that what a context contributes by itself cancels. Errors: numeric, naming context and arm, for a score
// that is not finite.
GlobalTask global_effects(Arrangements const& arrangements, ArmScores const& scores, std::size_t column,
                          double confidence);

}  // namespace shoal::global
