// SPDX-License-Identifier: MIT
#include "compare/statistics/selection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "compare/statistics/paired.hpp"
#include "statistics/multiple_tests.hpp"
#include "statistics/rank_tests.hpp"

namespace shoal::compare {

namespace {

struct Criterion {
  std::string name;
  std::vector<double> values;                   // [units of the question]
  std::vector<std::vector<double>> replicates;  // [units][resamples], or empty where there is one number per network
  std::optional<std::size_t> slot;
};

// The networks and methods of one question.
class Question {
 public:
  Question(SelectionInput const& input, std::size_t number)
      : stores_(input.stores),
        plan_(input.plan),
        groups_(input.groups),
        estimates_(input.estimates),
        generalisation_(input.generalisation),
        options_(input.options),
        number_(number) {
    for (std::size_t unit = 0; unit < stores_.units().size(); ++unit) {
      if (stores_.units()[unit].question == number) units_.push_back(unit);
    }
    for (std::size_t const slot : ranking_slots(plan_, options_)) add_slot(slot);
    if (!generalisation_.name.empty()) add_generalisation();
  }

  void add_to(CompareResult& result) const {
    add_front(result);
    std::string const& name = stores_.questions()[number_];
    if (criteria_.empty()) {
      result.verdicts.push_back(
          fmt::format("{}: only consistency was measured, which is high for damaged networks too, so nothing is "
                      "chosen. Give --truth, --labels or --generalisation.",
                      name));
      return;
    }
    if (!judges_networks()) {
      result.verdicts.push_back(most_faithful_method());
      return;
    }
    auto const ranks = ranks_of([](Criterion const& criterion, std::size_t unit) { return criterion.values[unit]; });
    std::vector<std::vector<double>> replicates(units_.size());
    for (std::size_t number = 0; number < at(options_.bootstraps); ++number) {
      auto const again = ranks_of([number](Criterion const& criterion, std::size_t unit) {
        return criterion.replicates.empty() ? criterion.values[unit] : criterion.replicates[unit][number];
      });
      for (std::size_t unit = 0; unit < units_.size(); ++unit) replicates[unit].push_back(again[unit]);
    }
    std::vector<Estimate> rank_estimates;
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      rank_estimates.push_back(estimate(ranks[unit], static_cast<std::int64_t>(groups_.rows),
                                        std::move(replicates[unit]), options_.confidence));
      add(result, unit, "", "rank", rank_estimates.back());
    }
    choose(ranks, rank_estimates, result);
  }

 private:
  Unit const& unit_of(std::size_t place) const { return stores_.units()[units_[place]]; }

  void add(CompareResult& result, std::size_t place, std::string const& form, std::string const& metric,
           Estimate const& found) const {
    Unit const& unit = unit_of(place);
    result.measurements.push_back({stores_.networks()[unit.network], unit.task, stores_.methods()[unit.method], form,
                                   metric, found.value, found.error, found.lower, found.upper, found.loci});
  }

  void add_slot(std::size_t slot) {
    Slot const& measured = plan_.slots[slot];
    Criterion criterion{.name = measured.metric, .values = {}, .replicates = {}, .slot = slot};
    for (std::size_t const unit : units_) {
      std::size_t const column = unit * plan_.slots.size() + slot;
      criterion.values.push_back(estimates_.columns[column].value);
      criterion.replicates.push_back(estimates_.replicates.at(column));
    }
    criteria_.push_back(std::move(criterion));
  }

  void add_generalisation() {
    Criterion criterion{.name = fmt::format("generalisation ({})", generalisation_.name),
                        .values = {},
                        .replicates = {},
                        .slot = std::nullopt};
    for (std::size_t place = 0; place < units_.size(); ++place) {
      criterion.values.push_back(generalisation_.values[unit_of(place).network][number_]);
    }
    criteria_.push_back(std::move(criterion));
  }

  // Ranks of the mean ranks over criteria; NaN for units that lack a criterion.
  template <class ValueOf>
  std::vector<double> ranks_of(ValueOf const& value_of) const {
    std::vector<double> means(units_.size(), 0.0);
    for (Criterion const& criterion : criteria_) {
      std::vector<double> values;
      for (std::size_t unit = 0; unit < units_.size(); ++unit) values.push_back(value_of(criterion, unit));
      auto const ranks = ranks_from_highest(values);
      for (std::size_t unit = 0; unit < units_.size(); ++unit) means[unit] -= ranks[unit];
    }
    return ranks_from_highest(means);
  }

  void add_front(CompareResult& result) const {
    std::vector<std::vector<double>> values;
    for (Criterion const& criterion : criteria_) values.push_back(criterion.values);
    std::vector<double>& consistency = values.emplace_back();
    for (std::size_t const unit : units_) consistency.push_back(estimates_.directions[unit].value);
    if (auto const slot = plan_.find("stored", "randomisation_loss")) {
      std::vector<double>& sanity = values.emplace_back();
      for (std::size_t const unit : units_) {
        sanity.push_back(estimates_.columns[unit * plan_.slots.size() + *slot].value);
      }
    }
    auto const front = pareto_front(values);
    for (std::size_t place = 0; place < units_.size(); ++place) {
      add(result, place, "", "pareto",
          {front[place] ? 1.0 : 0.0, not_a_number, not_a_number, not_a_number,
           static_cast<std::int64_t>(groups_.rows)});
    }
  }

  // True if a criterion tells a good network from a damaged one, or there is only one.
  bool judges_networks() const {
    std::set<std::size_t> networks;
    for (std::size_t place = 0; place < units_.size(); ++place) networks.insert(unit_of(place).network);
    return networks.size() == 1 || std::ranges::any_of(criteria_, [](Criterion const& criterion) {
             return !criterion.slot || criterion.name != "faithfulness_r2";
           });
  }

  std::string most_faithful_method() const {
    std::vector<double> sums(stores_.methods().size()), counts(sums.size());
    for (std::size_t place = 0; place < units_.size(); ++place) {
      double const value = criteria_.front().values[place];
      if (std::isnan(value)) continue;
      sums[unit_of(place).method] += value;
      counts[unit_of(place).method] += 1;
    }
    std::size_t best = 0;
    double highest = -HUGE_VAL;
    for (std::size_t method = 0; method < sums.size(); ++method) {
      if (counts[method] == 0 || sums[method] / counts[method] <= highest) continue;
      best = method;
      highest = sums[method] / counts[method];
    }
    return fmt::format(
        "{}: {} is the most faithful method (faithfulness_r2 {:.3g} in the mean over networks); which "
        "network to interpret is not known without --truth, --labels or --generalisation, because maps "
        "of a damaged network are faithful to it too.",
        stores_.questions()[number_], stores_.methods()[best], highest);
  }

  // True if the unit's network predicts about as well as the best one.
  bool predicts(std::size_t place) const {
    for (Criterion const& criterion : criteria_) {
      if (criterion.slot) continue;
      double best = -HUGE_VAL;
      for (double const value : criterion.values) best = std::isnan(value) ? best : std::max(best, value);
      return criterion.values[place] >= best - options_.margin;
    }
    return true;
  }

  std::vector<PairedTest> tests_against(std::size_t chosen) const {
    std::vector<PairedTest> tests;
    for (Criterion const& criterion : criteria_) {
      if (!criterion.slot) continue;
      auto const column = [&](std::size_t place) { return units_[place] * plan_.slots.size() + *criterion.slot; };
      auto const own = groups_.columns(column(chosen), 1);
      for (std::size_t place = 0; place < units_.size(); ++place) {
        if (place == chosen) continue;
        statistics::SignedRank const test = statistics::signed_rank(own, groups_.columns(column(place), 1));
        Unit const& unit = unit_of(place);
        tests.push_back({stores_.questions()[number_], stores_.networks()[unit.network], stores_.methods()[unit.method],
                         criterion.name, test.mean_difference, test.p, 1, test.pairs});
      }
    }
    std::vector<double> p;
    for (PairedTest const& test : tests) p.push_back(test.p);
    auto const adjusted = statistics::holm(p);
    for (std::size_t i = 0; i < tests.size(); ++i) tests[i].adjusted_p = adjusted[i];
    return tests;
  }

  std::string name_of(std::size_t place) const {
    Unit const& unit = unit_of(place);
    return fmt::format("{} with {}", stores_.networks()[unit.network], stores_.methods()[unit.method]);
  }

  void choose(std::vector<double> const& ranks, std::vector<Estimate> const& intervals, CompareResult& result) const {
    std::optional<std::size_t> best;
    for (std::size_t place = 0; place < units_.size(); ++place) {
      if (std::isnan(ranks[place]) || !predicts(place)) continue;
      if (!best || ranks[place] < ranks[*best]) best = place;
    }
    std::string const& name = stores_.questions()[number_];
    if (!best) {
      result.verdicts.push_back(fmt::format("{}: no network has all of what ranks it, so nothing is chosen.", name));
      return;
    }
    std::vector<std::string> criteria;
    for (Criterion const& criterion : criteria_) criteria.push_back(criterion.name);
    std::string text = fmt::format("{}: interpret {}: rank {:g} of {} ({:g} % interval {:g} to {:g}) by {}.", name,
                                   name_of(*best), ranks[*best], units_.size(), 100 * options_.confidence,
                                   intervals[*best].lower, intervals[*best].upper, join(criteria, " and "));
    auto const tests = tests_against(*best);
    result.tests.insert(result.tests.end(), tests.begin(), tests.end());
    result.verdicts.push_back(text + not_significant(tests));
  }

  // Which others no test tells from the chosen one, after the correction.
  std::string not_significant(std::vector<PairedTest> const& tests) const {
    if (tests.empty()) return " No metric per locus tests the differences.";
    constexpr double level = 0.05;
    constexpr std::size_t most_named = 5;
    std::vector<std::string> same;
    for (std::size_t place = 0; place < units_.size(); ++place) {
      Unit const& unit = unit_of(place);
      bool any = false, differs = false;
      for (PairedTest const& test : tests) {
        if (test.network != stores_.networks()[unit.network] || test.method != stores_.methods()[unit.method]) continue;
        any = true;
        differs = differs || test.adjusted_p < level;
      }
      if (any && !differs) same.push_back(name_of(place));
    }
    if (same.empty()) return " It differs significantly from every other (paired tests, Holm's correction).";
    std::size_t const all = same.size();
    same.resize(std::min(all, most_named));
    return fmt::format(" Not significantly different (paired tests, Holm's correction): {}{}.", join(same, ", "),
                       all > most_named ? fmt::format(" and {} more", all - most_named) : "");
  }

  StoreSet const& stores_;
  SlotPlan const& plan_;
  MeasuredGroups const& groups_;
  Estimates const& estimates_;
  Generalisation const& generalisation_;
  CompareOptions const& options_;
  std::size_t number_;
  std::vector<std::size_t> units_;
  std::vector<Criterion> criteria_;
};

}  // namespace

std::vector<std::size_t> ranking_slots(SlotPlan const& plan, CompareOptions const& options) {
  std::vector<std::size_t> slots;
  if (auto const slot = plan.find(options.form, "auroc")) slots.push_back(*slot);
  if (auto const slot = plan.find("stored", "faithfulness_r2")) slots.push_back(*slot);
  return slots;
}

void add_selection(SelectionInput const& input, CompareResult& result) {
  for (std::size_t question = 0; question < input.stores.questions().size(); ++question) {
    Question(input, question).add_to(result);
  }
}

}  // namespace shoal::compare
