// SPDX-License-Identifier: MIT
// A locus's controls: the same methods at other sequences (scan/sanity.hpp).
#include "library/dinucleotide_shuffle.hpp"
#include "scan/locus/locus_pipeline.hpp"
#include "scan/sanity.hpp"

namespace shoal::scan {

Explained LocusPipeline::explain_control(std::size_t network, NetworkLocus const& locus, StageTimes& times) {
  library::Design design = options_.design;
  if (!scores_a_library(options_, methods_)) design.mutants = 1;
  auto const set = make_mutants(locus, design, times);
  score(network, set->mutants.view(), times);
  std::vector<inference::ScoreFrame> const frames = scorers_[network].frames();
  Explained explained;
  for (std::size_t number = 0; number < methods_.size(); ++number) {
    attribution::Method const& method = methods_[number];
    StageTimer const timer(times, method.uses_library() ? Stage::fitting : Stage::scoring);
    explained.push_back(method.explain({.backend = *backend_,
                                        .scorer = scorers_[network],
                                        .wild_type = locus.sequence(),
                                        .library = set->mutants,
                                        .scores = scores_[network],
                                        .gradient = method.uses_gradient() ? &gradients_[network] : nullptr,
                                        .locus_identity = locus.identity(),
                                        .frames = frames,
                                        .letters = &set->letters}));
  }
  return explained;
}

void LocusPipeline::add_sanity(std::size_t network, NetworkLocus const& locus, Explained& explained,
                               StageTimes& times) {
  library::Draws draws(options_.design.seed, library::Draws::Purpose::backgrounds, locus.identity(), 0);
  std::vector<Explained> controls;
  for (auto& sequence : sanity_sequences(locus.sequence(), library::shuffled_dinucleotides(locus.sequence(), draws))) {
    LocusJob const job = make_job(locus.whole().index, locus.whole().locus, std::move(sequence));
    controls.push_back(explain_control(network, NetworkLocus(job, std::nullopt), times));
  }
  for (std::size_t method = 0; method < methods_.size(); ++method) {
    auto const array = predicting_array(methods_[method].arrays(locus.length()), locus.length());
    if (!array) continue;
    for (std::size_t task = 0; task < explained[method].size(); ++task) {
      auto const map_of = [&](Explained const& all) -> std::span<float const> {
        return std::get<std::vector<float>>(all[method][task].arrays[*array]);
      };
      auto const numbers =
          sanity_numbers({map_of(explained), map_of(controls[0]), map_of(controls[1]), map_of(controls[2])});
      auto& scalars = explained[method][task].scalars;
      scalars.insert(scalars.end(), numbers.begin(), numbers.end());
    }
  }
}

}  // namespace shoal::scan
