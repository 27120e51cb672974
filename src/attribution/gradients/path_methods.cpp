// SPDX-License-Identifier: MIT
#include "attribution/gradients/path_methods.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "attribution/gradients/score_spread.hpp"
#include "library/dinucleotide_shuffle.hpp"

namespace shoal::attribution {

namespace {

// Paths from every baseline [length, 4] to the wild type; their maps are averaged.
class Paths {
 public:
  Paths(LocusContext const& context, GradientOptions const& options, std::vector<std::vector<float>> baselines)
      : context_(context),
        options_(options),
        baselines_(std::move(baselines)),
        wild_type_(4 * context.wild_type.size()) {
    write_one_hot(context.wild_type, wild_type_);
  }

  std::vector<Attribution> explain() {
    std::size_t const tasks = context_.scorer.tasks().size(), size = wild_type_.size();
    std::size_t const corrected = options_.correction ? size : 0;
    all_.assign(tasks, OfTask{GradientSum(size, 0.0), GradientSum(size, 0.0), GradientSum(corrected, 0.0)});
    spread_ = score_spread(context_, options_.seed);
    add_points(options_.steps, false);
    bool const doubles = options_.tolerance > 0.0;
    for (std::int64_t steps = 2 * options_.steps; doubles && steps <= options_.most_steps; steps *= 2) {
      if (std::all_of(all_.begin(), all_.end(), [](OfTask const& of) { return of.is_complete; })) break;
      add_points(steps, true);
    }
    std::vector<Attribution> attributions;
    for (OfTask const& of : all_) {
      bool const missed = doubles && !of.is_complete;
      attributions.push_back({finished_arrays(options_.correction, of.raw, of.corrected, context_.wild_type),
                              {of.wild_type, of.baseline, of.error(), of.relative_error, static_cast<double>(of.steps),
                               missed ? 1.0 : 0.0}});
    }
    return attributions;
  }

 private:
  struct OfTask {
    GradientSum path;  // gradients along the current path
    GradientSum raw, corrected;
    double total = 0.0;  // the sum of the uncorrected map
    double wild_type = 0.0, baseline = 0.0;
    std::int64_t steps = 0;
    double relative_error = 0.0;
    bool is_complete = false;

    double error() const { return total - (wild_type - baseline); }
    // Half the width of the steps means half the weight of every gradient.
    void halve() {
      for (double& value : raw) value *= 0.5;
      for (double& value : corrected) value *= 0.5;
      total *= 0.5;
    }
  };

  // The gradients at multiples of 1 / steps along every path, or only at the odd multiples if half as many steps have
  // given the others. Tasks whose maps are complete take none, because a task does not depend on the tasks beside it.
  void add_points(std::int64_t steps, bool odd_only) {
    std::int64_t const points = odd_only ? steps / 2 : steps + 1;
    auto const share = 1.0 / static_cast<double>(baselines_.size());
    auto const number = [&](std::int64_t i) { return odd_only ? 2 * (i % points) + 1 : i % points; };
    for (OfTask& of : all_) {
      if (odd_only && !of.is_complete) of.halve();
    }
    for_each_gradient(
        context_, points * static_cast<std::int64_t>(baselines_.size()),
        [&](std::int64_t i, std::span<float> point) { write_point(baseline(i / points), number(i), steps, point); },
        [&](std::int64_t i, std::size_t task, double score, std::span<float const> gradient) {
          OfTask& of = all_[task];
          if (of.is_complete) return;
          std::int64_t const step = number(i);
          bool const is_end = step == 0 || step == steps;
          add(gradient, (is_end ? 0.5 : 1.0) / static_cast<double>(steps), of.path);
          if (step == 0) of.baseline += share * score;
          if (step == steps) of.wild_type = score;
          if (i % points == points - 1) finish_path(baseline(i / points), share, of);
        });
    for (std::size_t task = 0; task < all_.size(); ++task) {
      if (!all_[task].is_complete) judge(steps, spread_[task], all_[task]);
    }
  }

  void judge(std::int64_t steps, double spread, OfTask& of) const {
    of.steps = steps;
    double const error = std::abs(of.error());
    double const scale = std::max(std::abs(of.wild_type - of.baseline), GradientOptions::least_spread * spread);
    of.relative_error = error > 0.0 ? error / scale : 0.0;
    of.is_complete = of.relative_error <= options_.tolerance;
  }

  std::vector<float> const& baseline(std::int64_t which) const { return baselines_[static_cast<std::size_t>(which)]; }

  void write_point(std::vector<float> const& from, std::int64_t step, std::int64_t steps,
                   std::span<float> point) const {
    double const t = static_cast<double>(step) / static_cast<double>(steps);
    for (std::size_t i = 0; i < point.size(); ++i) {
      double const start = static_cast<double>(from[i]);
      point[i] = static_cast<float>(start + t * (static_cast<double>(wild_type_[i]) - start));
    }
  }

  // Adds (x - b) times the path's mean gradient to the maps and clears the path.
  void finish_path(std::vector<float> const& from, double share, OfTask& of) const {
    std::size_t const length = context_.wild_type.size();
    auto const factor = [&](std::size_t i) {
      std::size_t const in_point = 4 * (i % length) + i / length;
      return share * (static_cast<double>(wild_type_[in_point]) - static_cast<double>(from[in_point]));
    };
    for (std::size_t i = 0; i < of.path.size(); ++i) {
      of.total += factor(i) * of.path[i];
      of.raw[i] += factor(i) * of.path[i];
    }
    if (options_.correction) {
      correct(of.path);
      for (std::size_t i = 0; i < of.path.size(); ++i) of.corrected[i] += factor(i) * of.path[i];
    }
    std::fill(of.path.begin(), of.path.end(), 0.0);
  }

  LocusContext const& context_;
  GradientOptions const& options_;
  std::vector<std::vector<float>> baselines_;
  std::vector<float> wild_type_;
  std::vector<OfTask> all_;
  std::vector<double> spread_;  // the spread of the scores, one per task
};

std::vector<std::string> path_scalars() {
  return {"wild_type", "baseline", "completeness_error", "relative_error", "steps", "missed"};
}

std::string rule_text(GradientOptions const& options) {
  std::string const rule = fmt::format("trapezoid rule with {} steps", options.steps);
  if (options.tolerance == 0.0 || 2 * options.steps > options.most_steps) return rule;
  return fmt::format("{}, doubled up to {} while relative_error is over {}", rule, options.most_steps,
                     options.tolerance);
}

void add_scalar_notes(GradientOptions const& options, std::map<std::string, std::string>& notes) {
  notes["completeness_error.definition"] = "sum of the map before any gradient correction - (wild_type - baseline)";
  notes["relative_error.definition"] = fmt::format(
      "|completeness_error| / max(|wild_type - baseline|, {} standard deviations of the scores over the library, or "
      "without one over 32 sequences: the locus's and random mutants of a tenth of its bases)",
      GradientOptions::least_spread);
  notes["steps.definition"] = "steps of each path that were used for this locus and task";
  notes["missed.definition"] = options.tolerance > 0.0
                                   ? fmt::format("1: relative_error is over {} with the most steps", options.tolerance)
                                   : "0: no tolerance was asked for";
}

}  // namespace

std::vector<std::string> IntegratedGradientsMethod::scalar_names() const {
  return path_scalars();
}

std::map<std::string, std::string> IntegratedGradientsMethod::notes() const {
  auto notes =
      notes_with(fmt::format("(sequence - baseline) times the mean gradient along the straight path between "
                             "them, {}",
                             rule_text(options())));
  add_scalar_notes(options(), notes);
  notes["baseline"] = options().baseline == PathBaseline::zeros ? "zeros" : "a quarter of every base";
  return notes;
}

std::vector<Attribution> IntegratedGradientsMethod::explain(LocusContext const& context) const {
  float const start = options().baseline == PathBaseline::uniform ? 0.25F : 0.0F;
  std::vector<float> baseline(4 * context.wild_type.size());
  for (std::size_t i = 0; i < baseline.size(); ++i) baseline[i] = context.wild_type[i / 4] < 4 ? start : 0.0F;
  return Paths(context, options(), {std::move(baseline)}).explain();
}

std::vector<std::string> ExpectedGradientsMethod::scalar_names() const {
  return path_scalars();
}

std::map<std::string, std::string> ExpectedGradientsMethod::notes() const {
  auto notes =
      notes_with(fmt::format("mean over the baselines of (sequence - baseline) times the mean gradient along "
                             "the straight path between them, {}",
                             rule_text(options())));
  add_scalar_notes(options(), notes);
  notes["baseline"] = fmt::format("{} shuffles of the sequence that keep its dinucleotides", options().backgrounds);
  return notes;
}

std::vector<Attribution> ExpectedGradientsMethod::explain(LocusContext const& context) const {
  std::vector<std::vector<float>> baselines;
  for (std::int64_t i = 0; i < options().backgrounds; ++i) {
    library::Draws draws(options().seed, library::Draws::Purpose::backgrounds, context.locus_identity,
                         static_cast<std::uint32_t>(i));
    baselines.emplace_back(4 * context.wild_type.size());
    write_one_hot(library::shuffled_dinucleotides(context.wild_type, draws), baselines.back());
  }
  return Paths(context, options(), std::move(baselines)).explain();
}

}  // namespace shoal::attribution
