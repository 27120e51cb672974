// SPDX-License-Identifier: MIT
#include "global/experiment/effects.hpp"

#include <fmt/core.h>

#include <boost/math/distributions/students_t.hpp>

#include <cmath>

#include "base/error.hpp"
#include "base/not_a_number.hpp"

namespace shoal::global {

namespace {

constexpr Estimate no_estimate{not_a_number, not_a_number, not_a_number, not_a_number, not_a_number};

// The t with P(|T| > t) = `outside`.
double student_quantile(double freedom, double outside) {
  // Without promotion to long double, whose bits differ between processors.
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  boost::math::students_t_distribution<double, Policy> const law(freedom);
  return boost::math::quantile(boost::math::complement(law, outside / 2));
}

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
    return estimate(values, confidence_);
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

Estimate estimate(std::span<double const> values, double confidence) {
  if (values.empty()) return no_estimate;
  auto const count = static_cast<double>(values.size());
  double sum = 0;
  for (double const value : values) sum += value;
  double const mean = sum / count;
  if (values.size() == 1) return {mean, not_a_number, not_a_number, not_a_number, not_a_number};
  double squares = 0;
  for (double const value : values) squares += (value - mean) * (value - mean);
  double const deviation = std::sqrt(squares / (count - 1));
  double const error = deviation / std::sqrt(count);
  double const half = error * student_quantile(count - 1, 1 - confidence);
  return {mean, deviation, error, mean - half, mean + half};
}

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
            ? no_estimate
            : task.of({{arms.control_both, 1}, {arms.upstream, -1}, {arms.control_downstream, -1}, {0, 1}});
  }
  return made;
}

}  // namespace shoal::global
