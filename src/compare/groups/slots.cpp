// SPDX-License-Identifier: MIT
#include "compare/groups/slots.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

#include "base/correlation.hpp"
#include "base/index.hpp"
#include "compare/metrics/position_scores.hpp"

namespace shoal::compare {

namespace {

constexpr std::array<std::string_view, 5> validity_metrics = {"auroc", "aupr", "average_precision", "snr", "top_mass"};

}  // namespace

std::vector<std::string> const& stored_metrics() {
  static std::vector<std::string> const names = {"replicate_correlation",
                                                 "faithfulness_pearson",
                                                 "faithfulness_spearman",
                                                 "faithfulness_r2",
                                                 "infidelity",
                                                 "deletion",
                                                 "insertion",
                                                 "completeness_gap",
                                                 "reverse_complement_correlation",
                                                 "shift_correlation",
                                                 "shuffled_size",
                                                 "relative_error"};
  return names;
}

SlotPlan::SlotPlan(StoreSet const& stores, Known const& known)
    : has_truth(known.truth),
      has_probabilities(known.truth && known.probabilities),
      has_networks(stores.networks().size() > 1),
      has_methods(stores.methods().size() > 1),
      has_effects(known.effects) {
  auto const add = [this](std::string_view form, std::string_view metric) {
    slots.push_back({std::string(form), std::string(metric)});
  };
  validity = slots.size();
  if (has_truth) {
    for (Form const form : position_forms) {
      for (auto const metric : validity_metrics) add(to_string(form), metric);
    }
  }
  cosines = slots.size();
  if (has_probabilities) {
    add("whole", "cosine");
    add("whole-corrected", "cosine");
  }
  gains = slots.size();
  if (has_truth) {
    for (auto const metric : {"auroc_gain", "aupr_gain", "snr_gain"}) add("own", metric);
    if (has_probabilities) add("whole", "cosine_gain");
  }
  networks = slots.size();
  if (has_networks) {
    add("whole-corrected", "ensemble_distance");
    add("own-corrected", "network_correlation");
    add("whole-corrected", "network_correlation");
  }
  methods = slots.size();
  if (has_methods) {
    add("own-corrected", "method_correlation");
    add("whole-corrected", "method_correlation");
  }
  spread = slots.size();
  has_spread = std::ranges::any_of(stores.units(), [](Unit const& unit) { return unit.deviation.has_value(); });
  if (has_spread) add("whole", "replicate_spread");
  effects = slots.size();
  if (has_effects) {
    add("whole", "effects_pearson");
    add("whole", "effects_spearman");
  }
  add_randomised(stores);
  stored = slots.size();
  for (std::size_t scalar = 0; scalar < stores.scalars().size(); ++scalar) {
    auto const has = [&](Unit const& unit) { return unit.scalars[scalar] != Unit::npos; };
    if (std::ranges::none_of(stores.units(), has)) continue;
    scalars.push_back(scalar);
    add("stored", stores.scalars()[scalar]);
  }
}

void SlotPlan::add_randomised(StoreSet const& stores) {
  randomised = slots.size();
  std::set<std::int64_t> counts;
  for (Unit const& unit : stores.units()) {
    for (RandomisedCopy const& copy : unit.randomised) counts.insert(copy.layers);
  }
  layers.assign(counts.begin(), counts.end());
  if (layers.empty()) return;
  slots.push_back({"whole-corrected", "randomisation"});
  slots.push_back({"stored", "randomisation_loss"});
  for (std::int64_t const count : layers) {
    slots.push_back({"whole-corrected", "randomised_correlation_" + std::to_string(count)});
  }
}

std::optional<std::size_t> SlotPlan::find(std::string_view form, std::string_view metric) const {
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].form == form && slots[slot].metric == metric) return slot;
  }
  return std::nullopt;
}

Relations::Relations(StoreSet const& stores) {
  std::size_t const n = stores.networks().size(), m = stores.methods().size(), q = stores.questions().size();
  networks.resize(q * m * 2 * n * n);
  methods.resize(q * n * 2 * m * m);
}

void measure_validity(LocusMaps const& maps, WindowTruth const& truth, std::size_t noise_positions,
                      SlotPlan const& plan, std::span<double> values) {
  if (!plan.has_truth) return;
  for (std::size_t unit = 0; unit < maps.maps.size(); ++unit) {
    auto const out = values.subspan(unit * plan.slots.size(), plan.slots.size());
    auto const scores = position_scores(maps.maps[unit], maps.codes);
    for (std::size_t form = 0; form < scores.size(); ++form) {
      std::size_t const first = plan.validity + form * validity_metrics.size();
      Ranking const ranking = rank_positions(scores[form], truth.labels);
      out[first] = ranking.auroc;
      out[first + 1] = ranking.aupr;
      out[first + 2] = ranking.average_precision;
      out[first + 3] = signal_to_noise(scores[form], truth.labels, noise_positions);
      out[first + 4] = top_mass(scores[form], truth.labels);
    }
    constexpr std::size_t corrected_form = validity_metrics.size();  // own-corrected comes after own
    out[plan.gains] = out[plan.validity + corrected_form] - out[plan.validity];
    out[plan.gains + 1] = out[plan.validity + corrected_form + 1] - out[plan.validity + 1];
    out[plan.gains + 2] = out[plan.validity + corrected_form + 3] - out[plan.validity + 3];
    if (!plan.has_probabilities) continue;
    out[plan.cosines] = truth_cosine(maps.maps[unit], truth.probabilities, maps.codes);
    out[plan.cosines + 1] = truth_cosine(corrected(maps.maps[unit]), truth.probabilities, maps.codes);
    out[plan.gains + 3] = out[plan.cosines + 1] - out[plan.cosines];
  }
}

void measure_effects(LocusMaps const& maps, EffectTable const& effects, SlotPlan const& plan,
                     std::span<double> values) {
  constexpr std::size_t least_variants = 3;
  for (std::size_t unit = 0; unit < maps.maps.size(); ++unit) {
    auto const pairs = effects.pairs(maps.locus, maps.codes, maps.maps[unit]);
    if (pairs.measured.size() < least_variants) return;
    auto const out = values.subspan(unit * plan.slots.size() + plan.effects, 2);
    out[0] = pearson(pairs.predicted, pairs.measured);
    out[1] = spearman(pairs.predicted, pairs.measured);
  }
}

void measure_randomised(StoreSet const& stores, LocusMaps const& maps, SlotPlan const& plan, std::span<double> values) {
  for (std::size_t unit = 0; unit < maps.maps.size(); ++unit) {
    auto const& copies = stores.units()[unit].randomised;
    if (copies.empty()) continue;
    auto const out = values.subspan(unit * plan.slots.size() + plan.randomised, 2 + plan.layers.size());
    auto const trained = corrected(maps.maps[unit]);
    double sum = 0;
    for (std::size_t i = 0; i < copies.size(); ++i) {
      double const r = pearson(trained, corrected(maps.randomised[unit][i]));
      sum += std::abs(r);
      out[2 + at(std::ranges::find(plan.layers, copies[i].layers) - plan.layers.begin())] = r;
    }
    out[0] = 1 - sum / static_cast<double>(copies.size());
    auto const& faithfulness = maps.faithfulness[unit];
    if (faithfulness.empty()) continue;
    double const of_copies = std::accumulate(faithfulness.begin() + 1, faithfulness.end(), 0.0);
    out[1] = faithfulness[0] - of_copies / static_cast<double>(copies.size());
  }
}

void measure_stored(LocusMaps const& maps, SlotPlan const& plan, std::span<double> values) {
  for (std::size_t unit = 0; unit < maps.maps.size(); ++unit) {
    auto const out = values.subspan(unit * plan.slots.size(), plan.slots.size());
    if (plan.has_spread) out[plan.spread] = maps.spreads[unit];
    for (std::size_t i = 0; i < plan.scalars.size(); ++i) out[plan.stored + i] = maps.scalars[unit][plan.scalars[i]];
  }
}

}  // namespace shoal::compare
