// SPDX-License-Identifier: MIT
// Libraries of one locus that grow or are drawn again (stability.hpp).
#include <algorithm>

#include "attribution/library_method.hpp"
#include "scan/locus/locus_pipeline.hpp"

namespace shoal::scan {

namespace {

// The smallest correlation between what two sizes of a library give, over regressions and tasks.
double least_correlation(Explained const& before, Explained const& now) {
  double least = 1;
  for (std::size_t method = 0; method < now.size(); ++method) {
    for (std::size_t task = 0; task < now[method].size(); ++task) {
      least = std::min(least, map_correlation(before[method][task].map(), now[method][task].map()));
    }
  }
  return least;
}

}  // namespace

Explained LocusPipeline::fit_regressions(NetworkLocus const& locus, MutantSet& set, std::span<float const> scores,
                                         StageTimes& times) const {
  StageTimer const timer(times, Stage::fitting);
  device::Buffer<float> const on_backend(*backend_, scores);
  Explained explained(methods_.size());
  for (std::size_t method = 0; method < methods_.size(); ++method) {
    attribution::LibraryMethod const* const regression = methods_[method].library_method();
    if (regression == nullptr) continue;
    explained[method] = regression->fit({.backend = *backend_,
                                         .wild_type = locus.sequence(),
                                         .library = set.mutants,
                                         .scores = on_backend,
                                         .tasks = static_cast<std::int64_t>(scores.size()) / set.mutants.mutants(),
                                         .letters = &set.letters});
  }
  return explained;
}

GrownLibrary LocusPipeline::grow(std::size_t network, NetworkLocus const& locus, StageTimes& times) {
  auto const& tasks = scorers_[network].tasks();
  bool const relative = std::any_of(tasks.begin(), tasks.end(), [](auto const& task) { return task.is_relative(); });
  GrownLibrary grown;
  library::Design design = options_.design;
  for (std::int64_t const size : growth_sizes(options_.design.mutants)) {
    design.mutants = size;
    auto set = make_mutants(locus, design, times);
    // A mutant's score depends on itself alone, unless a task is relative to its library.
    std::int64_t const scored =
        relative ? 0 : static_cast<std::int64_t>(grown.scores.size()) / static_cast<std::int64_t>(tasks.size());
    kernels::PackedView fresh = set->mutants.view();
    fresh.words += scored * kernels::words_per_row(fresh.length);
    fresh.mutants -= scored;
    if (relative) grown.scores.clear();
    auto const added = score(network, fresh, times);
    grown.scores.insert(grown.scores.end(), added.begin(), added.end());
    Explained explained = fit_regressions(locus, *set, grown.scores, times);
    if (grown.set) grown.convergence = least_correlation(grown.explained, explained);
    bool const converged = grown.set && grown.convergence >= options_.stability.converge;
    grown.set = std::move(set);
    grown.explained = std::move(explained);
    if (converged) break;
  }
  scores_[network].reserve(*backend_, grown.scores.size());
  scores_[network].copy_from(grown.scores);
  return grown;
}

void LocusPipeline::add_stability(std::size_t network, NetworkLocus const& locus, MutantSet const& set,
                                  std::span<float const> scores, Explained& explained, StageTimes& times) {
  std::size_t const tasks = scorers_[network].tasks().size();
  library::Design design = options_.design;
  std::vector<Explained> smaller;
  for (std::int64_t const size : compared_sizes(set.mutants.mutants())) {
    design.mutants = size;
    auto const part = make_mutants(locus, design, times);
    smaller.push_back(fit_regressions(locus, *part, scores.first(static_cast<std::size_t>(size) * tasks), times));
  }
  std::vector<Explained> repeated;
  design.mutants = set.mutants.mutants();
  for (int replicate = 1; replicate < options_.stability.replicates; ++replicate) {
    design.seed = options_.design.seed + static_cast<std::uint64_t>(replicate);
    auto const again = make_mutants(locus, design, times);
    auto const new_scores = score(network, again->mutants.view(), times);
    repeated.push_back(fit_regressions(locus, *again, new_scores, times));
  }
  for (std::size_t method = 0; method < methods_.size(); ++method) {
    if (methods_[method].library_method() == nullptr) continue;
    for (std::size_t task = 0; task < tasks; ++task) {
      attribution::Attribution& result = explained[method][task];
      std::vector<std::vector<float>> maps{result.map()};
      for (auto const& other : repeated) maps.push_back(other[method][task].map());
      if (maps.size() > 1) {
        result.arrays.emplace_back(map_deviation(maps));
        result.scalars.push_back(mean_correlation(maps));
      }
      std::vector<double> correlations;
      for (auto const& part : smaller) correlations.push_back(map_correlation(part[method][task].map(), maps.front()));
      result.arrays.emplace_back(std::move(correlations));
    }
  }
}

}  // namespace shoal::scan
