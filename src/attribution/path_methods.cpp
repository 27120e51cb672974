// SPDX-License-Identifier: MIT
#include "attribution/path_methods.hpp"

#include <fmt/core.h>

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

  std::vector<Attribution> explain() const {
    std::size_t const tasks = context_.scorer.tasks().size(), size = wild_type_.size();
    std::int64_t const points = options_.steps + 1;
    std::vector<OfTask> all(tasks, OfTask{GradientSum(size, 0.0), GradientSum(size, 0.0)});
    auto const share = 1.0 / static_cast<double>(baselines_.size());
    for_each_gradient(
        context_, points * static_cast<std::int64_t>(baselines_.size()),
        [&](std::int64_t i, std::span<float> point) { write_point(baseline(i / points), i % points, point); },
        [&](std::int64_t i, std::size_t task, double score, std::span<float const> gradient) {
          OfTask& of = all[task];
          std::int64_t const step = i % points;
          bool const is_end = step == 0 || step == options_.steps;
          add(gradient, (is_end ? 0.5 : 1.0) / static_cast<double>(options_.steps), of.path);
          if (step == 0) of.baseline += share * score;
          if (step == options_.steps) {
            of.wild_type = score;
            finish_path(baseline(i / points), share, of);
          }
        });
    std::vector<Attribution> attributions;
    for (OfTask const& of : all) {
      attributions.push_back({{finished_map(of.map, context_.wild_type)},
                              {of.wild_type, of.baseline, of.total - (of.wild_type - of.baseline)}});
    }
    return attributions;
  }

 private:
  struct OfTask {
    GradientSum path;  // of the path at work
    GradientSum map;
    double total = 0.0;  // of the uncorrected maps
    double wild_type = 0.0, baseline = 0.0;
  };

  std::vector<float> const& baseline(std::int64_t which) const { return baselines_[static_cast<std::size_t>(which)]; }

  void write_point(std::vector<float> const& from, std::int64_t step, std::span<float> point) const {
    double const t = static_cast<double>(step) / static_cast<double>(options_.steps);
    for (std::size_t i = 0; i < point.size(); ++i) {
      double const start = static_cast<double>(from[i]);
      point[i] = static_cast<float>(start + t * (static_cast<double>(wild_type_[i]) - start));
    }
  }

  // Adds (x - b) times the path's mean gradient to the map and clears the path.
  void finish_path(std::vector<float> const& from, double share, OfTask& of) const {
    std::size_t const length = context_.wild_type.size();
    auto const factor = [&](std::size_t i) {
      std::size_t const in_point = 4 * (i % length) + i / length;
      return share * (static_cast<double>(wild_type_[in_point]) - static_cast<double>(from[in_point]));
    };
    for (std::size_t i = 0; i < of.path.size(); ++i) of.total += factor(i) * of.path[i];
    if (options_.correction) correct(of.path);
    for (std::size_t i = 0; i < of.path.size(); ++i) {
      of.map[i] += factor(i) * of.path[i];
      of.path[i] = 0.0;
    }
  }

  LocusContext const& context_;
  GradientOptions const& options_;
  std::vector<std::vector<float>> baselines_;
  std::vector<float> wild_type_;
};

}  // namespace

std::map<std::string, std::string> IntegratedGradientsMethod::notes() const {
  auto notes =
      notes_with(fmt::format("(sequence - baseline) times the mean gradient along the straight path between "
                             "them, trapezoid rule with {} steps",
                             options().steps));
  notes["baseline"] = options().baseline == PathBaseline::zeros ? "zeros" : "a quarter of every base";
  return notes;
}

std::vector<Attribution> IntegratedGradientsMethod::explain(LocusContext const& context) const {
  float const start = options().baseline == PathBaseline::uniform ? 0.25F : 0.0F;
  std::vector<float> baseline(4 * context.wild_type.size());
  for (std::size_t i = 0; i < baseline.size(); ++i) baseline[i] = context.wild_type[i / 4] < 4 ? start : 0.0F;
  return Paths(context, options(), {std::move(baseline)}).explain();
}

std::map<std::string, std::string> ExpectedGradientsMethod::notes() const {
  auto notes =
      notes_with(fmt::format("mean over the baselines of (sequence - baseline) times the mean gradient along "
                             "the straight path between them, trapezoid rule with {} steps",
                             options().steps));
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
