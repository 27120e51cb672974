// SPDX-License-Identifier: MIT
#include "attribution/gradients/score_spread.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace shoal::attribution {

namespace {

constexpr std::int64_t sampled = 32;

double deviation(std::vector<float> const& scores, std::size_t tasks, std::size_t task) {
  auto const count = static_cast<double>(scores.size() / tasks);
  double sum = 0.0, squares = 0.0;
  for (std::size_t i = task; i < scores.size(); i += tasks) sum += static_cast<double>(scores[i]);
  for (std::size_t i = task; i < scores.size(); i += tasks) {
    double const difference = static_cast<double>(scores[i]) - sum / count;
    squares += difference * difference;
  }
  return std::sqrt(squares / count);
}

// Scores [sampled, tasks].
std::vector<float> sampled_scores(LocusContext const& context, std::uint64_t seed) {
  library::Design design;
  design.mutants = sampled;
  design.rate = 0.1;
  design.seed = seed;
  auto const mutants = library::random_library(context.backend, design, context.locus_identity, context.wild_type);
  device::Buffer<float> scores(context.backend, static_cast<std::size_t>(sampled) * context.scorer.tasks().size());
  context.scorer.score(mutants.view(), scores, context.frames);
  return scores.to_host();
}

}  // namespace

std::vector<double> score_spread(LocusContext const& context, std::uint64_t seed) {
  std::size_t const tasks = context.scorer.tasks().size();
  std::vector<float> scores;
  if (context.library.mutants() > 1) {
    // The buffer may be larger than this library.
    scores.resize(static_cast<std::size_t>(context.library.mutants()) * tasks);
    context.scores.copy_to(scores);
  } else {
    scores = sampled_scores(context, seed);
  }
  std::vector<double> spread;
  for (std::size_t task = 0; task < tasks; ++task) {
    spread.push_back(deviation(scores, tasks, task));
    if (std::isfinite(spread.back())) continue;
    fail(ErrorCode::numeric,
         fmt::format("scores of task '{}' around the locus are not finite", context.scorer.tasks()[task].name));
  }
  return spread;
}

}  // namespace shoal::attribution
