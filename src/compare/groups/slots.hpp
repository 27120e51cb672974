// SPDX-License-Identifier: MIT
// What is measured at every locus of every network, task and method.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/effect_table.hpp"
#include "compare/metrics/validity.hpp"
#include "compare/sources/store_set.hpp"

namespace shoal::compare {

struct Slot {
  std::string form;
  std::string metric;
};

// Numbers of methods that become metrics as they are stored.
std::vector<std::string> const& stored_metrics();

// The slots of these stores: validity where truth is known, then agreement, then what methods stored.
struct SlotPlan {
  // What is known of the loci.
  struct Known {
    bool truth = false, probabilities = false, effects = false;
  };
  SlotPlan(StoreSet const& stores, Known const& known);

  // The place of a slot, or nothing.
  std::optional<std::size_t> find(std::string_view form, std::string_view metric) const;

  std::vector<Slot> slots;
  std::size_t validity = 0;  // first slot of five metrics per form
  std::size_t cosines = 0;   // two, with probabilities
  std::size_t gains = 0;     // of the correction: auroc, aupr, snr, and cosine with probabilities
  std::size_t networks = 0;  // distance to the mean map, two correlations; with several networks
  std::size_t methods = 0;   // two correlations; with several methods
  std::size_t spread = 0;    // of replicates
  std::size_t effects = 0;   // Pearson's and Spearman's correlation with measured effects
  std::size_t randomised =
      0;  // randomisation, randomisation_loss, then the correlation with the copy of 1, 2, … layers
  std::vector<std::int64_t> layers;  // that those copies have randomised, over all units; empty: no copies
  std::size_t stored = 0;            // one per stored metric that any method has
  std::vector<std::size_t> scalars;  // which of StoreSet::scalars those are
  bool has_truth = false, has_probabilities = false, has_networks = false, has_methods = false, has_spread = false;
  bool has_effects = false;

 private:
  void add_randomised(StoreSet const& stores);
};

// The correlations and distances that are of several units at one locus: [questions][methods][2][networks²] and
// [questions][networks][2][methods²], projected before hypothetical.
struct Relations {
  explicit Relations(StoreSet const& stores);
  std::vector<double> networks;
  std::vector<double> methods;
};

// Fills a locus's values [units][slots]: validity of every unit. `truth` is of the common window.
struct WindowTruth {
  std::vector<Label> labels;
  std::vector<double> probabilities;
};
void measure_validity(LocusMaps const& maps, WindowTruth const& truth, std::size_t noise_positions,
                      SlotPlan const& plan, std::span<double> values);

// Fills what compares units with each other, and adds this locus's correlations to `sums`. A map that does not vary
// has correlation 0 with every other.
void measure_relations(StoreSet const& stores, LocusMaps const& maps, SlotPlan const& plan, std::span<double> values,
                       Relations& sums);

// Fills the correlations with measured effects; NaN for a locus with fewer than three.
void measure_effects(LocusMaps const& maps, EffectTable const& effects, SlotPlan const& plan, std::span<double> values);

// Fills how the maps change when the network's layers are randomised.
void measure_randomised(StoreSet const& stores, LocusMaps const& maps, SlotPlan const& plan, std::span<double> values);

// Fills what methods stored.
void measure_stored(LocusMaps const& maps, SlotPlan const& plan, std::span<double> values);

}  // namespace shoal::compare
