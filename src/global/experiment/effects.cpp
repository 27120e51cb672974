// SPDX-License-Identifier: MIT
#include "global/experiment/effects.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace shoal::global {

namespace {

// What a score contributes to a difference.
struct Term {
  std::size_t arm = 0;
  double sign = 1;
};

class TaskScores {
 public:
  TaskScores(ArmScores const& scores, std::size_t column, double confidence)
      : scores_(scores), column_(column), confidence_(confidence) {}

  Estimate of(std::initializer_list<Term> terms) const {
    std::vector<double> values(scores_.contexts());
    for (std::size_t context = 0; context < values.size(); ++context) {
      for (Term const& term : terms) values[context] += term.sign * scores_.at(context, term.arm, column_);
    }
    return statistics::estimate(values, confidence_);
  }

 private:
  ArmScores const& scores_;
  std::size_t column_;
  double confidence_;
};

void require_finite(ArmScores const& scores, std::size_t column) {
  for (std::size_t context = 0; context < scores.contexts(); ++context) {
    for (std::size_t arm = 0; arm < scores.arms; ++arm) {
      if (std::isfinite(scores.at(context, arm, column))) continue;
      fail(ErrorCode::numeric,
           fmt::format("the network's score of context {} with arrangement {} is not finite", context, arm));
    }
  }
}

}  // namespace

GlobalTask global_effects(Arrangements const& arrangements, ArmScores const& scores, std::size_t column,
                          double confidence) {
  require_finite(scores, column);
  TaskScores const task(scores, column, confidence);
  GlobalTask made;
  made.background = task.of({{0, 1}});
  for (std::size_t const arm : arrangements.single_arms)
    made.singles.push_back({task.of({{arm, 1}}), task.of({{arm, 1}, {0, -1}})});
  for (PairArms const& arms : arrangements.pair_arms) {
    PairEffect& effect = made.pairs.emplace_back();
    effect.score = task.of({{arms.both, 1}});
    effect.effect = task.of({{arms.both, 1}, {0, -1}});
    effect.interaction = task.of({{arms.both, 1}, {arms.upstream, -1}, {arms.downstream, -1}, {0, 1}});
    effect.control_interaction =
        arms.control_both == 0
            ? Estimate{}
            : task.of({{arms.control_both, 1}, {arms.upstream, -1}, {arms.control_downstream, -1}, {0, 1}});
  }
  return made;
}

}  // namespace shoal::global
