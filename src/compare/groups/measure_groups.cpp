// SPDX-License-Identifier: MIT
#include "compare/groups/measure_groups.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "compare/metrics/kmer_divergence.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"

namespace shoal::compare {

namespace {

WindowTruth window_truth(LocusMaps const& maps, CompareOptions const& options) {
  LocusTruth const whole = options.truth->of_locus(maps.row, maps.whole, maps.whole_codes);
  std::size_t const length = maps.codes.size(), all = maps.whole_codes.size(), first = at(maps.whole_offset);
  auto const values = std::span(whole.values).subspan(first, length);
  WindowTruth truth{label_positions(values, maps.codes, options.truth_threshold, options.all_positions), {}};
  if (whole.probabilities.empty()) return truth;
  for (std::size_t base = 0; base < 4; ++base) {
    auto const row = std::span(whole.probabilities).subspan(base * all + first, length);
    truth.probabilities.insert(truth.probabilities.end(), row.begin(), row.end());
  }
  return truth;
}

// Every count becomes its sum over ranks. Few bins are not empty, so pairs of place and count travel. Collective.
void add_over_ranks(mpi::Communicator const& communicator, std::vector<std::int64_t>& counts) {
  std::vector<std::int64_t> pairs;
  for (std::size_t place = 0; place < counts.size(); ++place) {
    if (counts[place] != 0) pairs.insert(pairs.end(), {static_cast<std::int64_t>(place), counts[place]});
  }
  auto const all = mpi::gather_items<std::int64_t>(communicator, pairs);
  std::fill(counts.begin(), counts.end(), 0);
  for (std::size_t i = 0; i < all.size(); i += 2) counts[at(all[i])] += all[i + 1];
}

// One locus: its values [columns], and what it adds to the group's sums.
void measure_locus(StoreSet const& stores, LocusMaps const& maps, CompareOptions const& options, SlotPlan const& plan,
                   std::span<double const> cutoffs, std::span<double> values, Population& population,
                   Relations& relations) {
  std::fill(values.begin(), values.end(), not_a_number);
  if (options.truth) {
    measure_validity(maps, window_truth(maps, options), at(options.noise_positions), plan, values);
  }
  measure_relations(stores, maps, plan, values, relations);
  if (options.effects) measure_effects(maps, *options.effects, plan, values);
  measure_randomised(stores, maps, plan, values);
  measure_stored(maps, plan, values);
  auto const words = std::span(population.words);
  count_words(maps.codes, words.subspan(0, at(word_count)));
  for (std::size_t unit = 0; unit < maps.maps.size(); ++unit) {
    count_high_words(maps.maps[unit], maps.codes, words.subspan((1 + unit) * at(word_count), at(word_count)));
    add_directions(directions(maps.maps[unit], options.basis), cutoffs[unit],
                   std::span(population.directions).subspan(unit * at(direction_bins), at(direction_bins)));
  }
}

}  // namespace

Groups::Groups(std::int64_t rows) : rows_(rows), count_(std::min(rows, most_groups)) {}

std::string group_path(std::string const& folder, std::int64_t group) {
  return fmt::format("{}/group-{:03}", folder, group);
}

std::vector<double> radius_cutoffs(mpi::Communicator const& communicator, StoreSet const& stores, Groups const& groups,
                                   CompareOptions const& options) {
  std::size_t const units = stores.units().size();
  std::vector<std::int64_t> radii(units * at(radius_bins));
  mpi::together(communicator, [&] {
    for (std::int64_t group = communicator.rank(); group < groups.count(); group += communicator.size()) {
      auto const [first, last] = groups.range(group);
      for (std::int64_t place = first; place < last; ++place) {
        LocusMaps const maps = stores.read(stores.rows()[at(place)]);
        for (std::size_t unit = 0; unit < units; ++unit) {
          count_radii(directions(maps.maps[unit], options.basis),
                      std::span(radii).subspan(unit * at(radius_bins), at(radius_bins)));
        }
      }
    }
  });
  add_over_ranks(communicator, radii);
  std::vector<double> cutoffs;
  for (std::size_t unit = 0; unit < units; ++unit) {
    auto const histogram = std::span(radii).subspan(unit * at(radius_bins), at(radius_bins));
    cutoffs.push_back(radius_cutoff(histogram, options.direction_share));
  }
  return cutoffs;
}

std::int64_t measure_groups(mpi::Communicator const& communicator, StoreSet const& stores, Groups const& groups,
                            CompareOptions const& options, SlotPlan const& plan, GroupShape const& shape,
                            std::string const& folder, std::atomic<bool> const& stop) {
  std::vector<std::int64_t> missing;
  std::int64_t there = 0;
  mpi::together(communicator, [&] {
    for (std::int64_t group = communicator.rank(); group < groups.count(); group += communicator.size()) {
      auto const [first, last] = groups.range(group);
      if (GroupReader(group_path(folder, group), shape, last - first).is_valid()) {
        ++there;
      } else {
        missing.push_back(group);
      }
    }
  });
  if (communicator.sum(there) == groups.count()) return groups.count();
  std::vector<double> const cutoffs = radius_cutoffs(communicator, stores, groups, options);
  bool stopped = false;
  mpi::together(communicator, [&] {
    std::vector<double> values(shape.columns);
    for (std::int64_t const group : missing) {
      GroupWriter writer(group_path(folder, group), shape);
      Population population(shape);
      Relations relations(stores);
      auto const [first, last] = groups.range(group);
      for (std::int64_t place = first; place < last && !stopped; ++place) {
        LocusMaps const maps = stores.read(stores.rows()[at(place)]);
        measure_locus(stores, maps, options, plan, cutoffs, values, population, relations);
        writer.add(values);
        stopped = stop;
      }
      if (stopped) return;
      writer.finish(population, relations);
    }
  });
  return communicator.any(stopped) ? -1 : communicator.sum(there);
}

}  // namespace shoal::compare
