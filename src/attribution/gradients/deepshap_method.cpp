// SPDX-License-Identifier: MIT
#include "attribution/gradients/deepshap_method.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "library/dinucleotide_shuffle.hpp"

namespace shoal::attribution {

namespace {

using Background = std::vector<std::uint8_t>;

// Adds weight times the hypothetical contributions to `map`. A background is N where the sequence is.
void add_hypothetical(std::span<float const> multipliers, Background const& background, double weight,
                      GradientSum& map) {
  std::size_t const length = background.size();
  for (std::size_t i = 0; i < map.size(); ++i) {
    std::size_t const p = i % length;
    if (background[p] == kernels::code_n) continue;
    float const of_background = multipliers[background[p] * length + p];
    map[i] += weight * (static_cast<double>(multipliers[i]) - static_cast<double>(of_background));
  }
}

double sum_over_own_bases(GradientSum const& map, std::span<std::uint8_t const> wild_type) {
  double sum = 0.0;
  for (std::size_t p = 0; p < wild_type.size(); ++p) {
    if (wild_type[p] < 4) sum += map[wild_type[p] * wild_type.size() + p];
  }
  return sum;
}

}  // namespace

std::map<std::string, std::string> DeepShapMethod::notes() const {
  auto notes =
      notes_with(fmt::format("hypothetical contributions by DeepLIFT's rescale rule, mean over {} shuffles of "
                             "the sequence that keep its dinucleotides",
                             options().backgrounds));
  notes["gradient_correction"] = "none: contributions are differences between bases, which it does not change";
  notes["gauge"] =
      "the sequence's own bases sum to its score minus the backgrounds' mean score; positions that are N are 0";
  return notes;
}

std::vector<Attribution> DeepShapMethod::explain(LocusContext const& context) const {
  std::vector<Background> backgrounds;
  for (std::int64_t i = 0; i < options().backgrounds; ++i) {
    library::Draws draws(options().seed, library::Draws::Purpose::backgrounds, context.locus_identity,
                         static_cast<std::uint32_t>(i));
    backgrounds.push_back(library::shuffled_dinucleotides(context.wild_type, draws));
  }
  return deepshap(context, backgrounds);
}

std::vector<Attribution> deepshap(LocusContext const& context, std::vector<Background> const& backgrounds) {
  expect(!backgrounds.empty(), "deepshap needs a background");
  for (Background const& each : backgrounds) {
    expect(each.size() == context.wild_type.size(), "a background of deepshap has another length than the sequence");
  }
  struct OfTask {
    GradientSum map;
    double wild_type = 0.0, background = 0.0;
  };
  std::vector<OfTask> all(context.scorer.tasks().size(), OfTask{GradientSum(4 * context.wild_type.size(), 0.0)});
  auto const background = [&](std::int64_t i) -> Background const& { return backgrounds[static_cast<std::size_t>(i)]; };
  double const weight = 1.0 / static_cast<double>(backgrounds.size());
  for_each_multiplier(
      context, static_cast<std::int64_t>(backgrounds.size()),
      [&](std::int64_t, std::span<float> point) { write_one_hot(context.wild_type, point); },
      [&](std::int64_t i, std::span<float> point) { write_one_hot(background(i), point); },
      [&](std::int64_t i, std::size_t task, double score, double reference_score, std::span<float const> multipliers) {
        add_hypothetical(multipliers, background(i), weight, all[task].map);
        all[task].wild_type = score;
        all[task].background += weight * reference_score;
      });
  std::vector<Attribution> attributions;
  for (OfTask const& of : all) {
    double const error = sum_over_own_bases(of.map, context.wild_type) - (of.wild_type - of.background);
    attributions.push_back({{finished_map(of.map, context.wild_type)}, {of.wild_type, of.background, error}});
  }
  return attributions;
}

}  // namespace shoal::attribution
