// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "compare/groups/slots.hpp"
#include "compare/metrics/position_scores.hpp"

namespace shoal::compare {

namespace {

// Sum of products, in eight interleaved chains of a fixed order.
double product(std::span<double const> one, std::span<double const> other) {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= one.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += one[i + lane] * other[i + lane];
  }
  double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; i < one.size(); ++i) sum += one[i] * other[i];
  return sum;
}

// Mean 0 and norm 1; zeros where the values do not vary.
std::vector<double> standardised(std::vector<double> values) {
  double mean = 0;
  for (double const value : values) mean += value / static_cast<double>(values.size());
  double largest = 0;
  for (double& value : values) {
    largest = std::max(largest, std::abs(value));
    value -= mean;
  }
  double const norm = std::sqrt(product(values, values));
  bool const varies = norm > 1e-12 * largest;
  for (double& value : values) value = varies ? value / norm : 0;
  return values;
}

// What stands beside each other: the units of one question and method, or of one question and network.
using Sets = std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>>;

struct Forms {
  std::array<std::vector<std::vector<double>>, 2> values;  // projected, hypothetical: [units]
};

// Correlations of a set's units: each unit's mean with the others goes to its slot, every one to `sums` [names, names].
template <class Name>
void correlate(std::vector<std::size_t> const& set, std::vector<std::vector<double>> const& forms, Name const& name_of,
               std::span<double> values, std::size_t slots, std::size_t slot, std::span<double> sums,
               std::size_t names) {
  std::vector<double> totals(set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    sums[name_of(set[i]) * names + name_of(set[i])] += 1;
    for (std::size_t j = i + 1; j < set.size(); ++j) {
      double const r = product(forms[set[i]], forms[set[j]]);
      totals[i] += r;
      totals[j] += r;
      sums[name_of(set[i]) * names + name_of(set[j])] += r;
      sums[name_of(set[j]) * names + name_of(set[i])] += r;
    }
  }
  if (set.size() < 2) return;
  for (std::size_t i = 0; i < set.size(); ++i) {
    values[set[i] * slots + slot] = totals[i] / static_cast<double>(set.size() - 1);
  }
}

// |u - mean of u| of every unit of a set, where u is its corrected map divided by its norm.
void measure_distances(std::vector<std::size_t> const& set, std::vector<std::vector<double>> const& maps,
                       std::span<double> values, std::size_t slots, std::size_t slot) {
  if (set.size() < 2) return;
  std::vector<double> mean(maps[set[0]].size());
  for (std::size_t const unit : set) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += maps[unit][i] / static_cast<double>(set.size());
  }
  for (std::size_t const unit : set) {
    double squares = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) squares += (maps[unit][i] - mean[i]) * (maps[unit][i] - mean[i]);
    values[unit * slots + slot] = std::sqrt(squares);
  }
}

Forms forms_of(LocusMaps const& maps) {
  Forms forms;
  for (auto const& map : maps.maps) {
    auto whole = corrected(map);
    std::vector<double> own(maps.codes.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (maps.codes[i] <= 3) own[i] = whole[maps.codes[i] * own.size() + i];
    }
    forms.values[0].push_back(standardised(std::move(own)));
    forms.values[1].push_back(standardised(std::move(whole)));
  }
  return forms;
}

}  // namespace

void measure_relations(StoreSet const& stores, LocusMaps const& maps, SlotPlan const& plan, std::span<double> values,
                       Relations& sums) {
  if (!plan.has_networks && !plan.has_methods) return;
  Forms const forms = forms_of(maps);
  auto const& units = stores.units();
  std::size_t const networks = stores.networks().size(), methods = stores.methods().size(), slots = plan.slots.size();
  Sets of_networks, of_methods;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    of_networks[{units[unit].question, units[unit].method}].push_back(unit);
    of_methods[{units[unit].question, units[unit].network}].push_back(unit);
  }
  for (std::size_t form = 0; form < 2; ++form) {
    for (auto const& [key, set] : of_networks) {
      if (!plan.has_networks) break;
      std::size_t const first = ((key.first * methods + key.second) * 2 + form) * networks * networks;
      correlate(
          set, forms.values[form], [&](std::size_t unit) { return units[unit].network; }, values, slots,
          plan.networks + 1 + form, std::span(sums.networks).subspan(first, networks * networks), networks);
      if (form == 1) measure_distances(set, forms.values[1], values, slots, plan.networks);
    }
    for (auto const& [key, set] : of_methods) {
      if (!plan.has_methods) break;
      std::size_t const first = ((key.first * networks + key.second) * 2 + form) * methods * methods;
      correlate(
          set, forms.values[form], [&](std::size_t unit) { return units[unit].method; }, values, slots,
          plan.methods + form, std::span(sums.methods).subspan(first, methods * methods), methods);
    }
  }
}

}  // namespace shoal::compare
