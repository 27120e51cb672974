// SPDX-License-Identifier: MIT
#include "compare/compare.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "compare/generalisation/generalisation.hpp"
#include "compare/groups/measure_groups.hpp"
#include "compare/metrics/position_scores.hpp"
#include "compare/sites/site_variation.hpp"
#include "compare/sources/costs.hpp"
#include "compare/statistics/selection.hpp"
#include "mpi/agree.hpp"
#include "store/job_lock.hpp"

namespace shoal::compare {

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

// What determines the numbers of a group, key by key.
Settings measuring_settings(StoreSet const& stores, CompareOptions const& options) {
  Settings settings = {{"shoal.version", SHOAL_VERSION}};
  for (std::size_t i = 0; i < stores.digests().size(); ++i) {
    settings.emplace_back(fmt::format("store.{}", i), stores.digests()[i]);
  }
  settings.emplace_back("truth", options.truth ? options.truth->identity() : "");
  settings.emplace_back("truth.threshold", fmt::format("{}", options.truth_threshold));
  settings.emplace_back("truth.all_positions", options.all_positions ? "yes" : "no");
  settings.emplace_back("snr.positions", fmt::format("{}", options.noise_positions));
  settings.emplace_back("effects", options.effects ? options.effects->identity() : "");
  settings.emplace_back("kld_direction.share", fmt::format("{}", options.direction_share));
  settings.emplace_back("kld_direction.basis", std::string(to_string(options.basis)));
  return settings;
}

std::string digest_of(Settings const& settings) {
  Digest digest;
  for (auto const& [key, value] : settings) {
    digest.update(key);
    digest.update(value);
  }
  return digest.hex();
}

void add_measurements(StoreSet const& stores, SlotPlan const& plan, Estimates const& estimates,
                      Generalisation const& generalisation, CompareResult& result) {
  for (std::size_t number = 0; number < stores.units().size(); ++number) {
    Unit const& unit = stores.units()[number];
    auto const add = [&](std::string const& form, std::string const& metric, Estimate const& found) {
      result.measurements.push_back({stores.networks()[unit.network], unit.task, stores.methods()[unit.method], form,
                                     metric, found.value, found.error, found.lower, found.upper, found.loci});
    };
    for (std::size_t slot = 0; slot < plan.slots.size(); ++slot) {
      auto const& found = estimates.columns[number * plan.slots.size() + slot];
      if (found.loci > 0) add(plan.slots[slot].form, plan.slots[slot].metric, found);
    }
    add("whole-corrected", "kld_kmer", estimates.words[number]);
    add("whole-corrected", "kld_direction", estimates.directions[number]);
    double const value = generalisation.values[unit.network][unit.question];
    if (!std::isnan(value)) add("", "generalisation", {value, not_a_number, not_a_number, not_a_number, 0});
  }
  auto const& of_labels = generalisation.measurements;
  result.measurements.insert(result.measurements.end(), of_labels.begin(), of_labels.end());
}

// Means of one kind of matrix, whose sums over loci begin at `first` of every group's relations.
void add_matrices(MeasuredGroups const& groups, std::size_t first, std::vector<std::string> const& questions,
                  std::vector<std::string> const& outer, std::vector<std::string> const& names, bool of_networks,
                  CompareResult& result) {
  std::size_t const size = names.size() * names.size();
  for (std::size_t question = 0; question < questions.size(); ++question) {
    for (std::size_t of = 0; of < outer.size(); ++of) {
      for (std::size_t form = 0; form < 2; ++form) {
        CorrelationMatrix matrix{questions[question], outer[of], form == 0 ? "projected" : "hypothetical",
                                 of_networks,         names,     std::vector<double>(size)};
        std::size_t const offset = first + ((question * outer.size() + of) * 2 + form) * size;
        for (GroupReader const& group : groups.readers) {
          auto const sums = group.relations(offset, size);
          for (std::size_t i = 0; i < size; ++i) matrix.values[i] += sums[i] / static_cast<double>(groups.rows);
        }
        // The diagonal counts loci: nothing is known of a name that has none here.
        std::vector<bool> is_there(names.size());
        for (std::size_t i = 0; i < names.size(); ++i) is_there[i] = matrix.values[i * names.size() + i] > 0;
        for (std::size_t i = 0; i < size; ++i) {
          if (!is_there[i / names.size()] || !is_there[i % names.size()]) matrix.values[i] = not_a_number;
        }
        result.correlations.push_back(std::move(matrix));
      }
    }
  }
}

void add_correlations(StoreSet const& stores, SlotPlan const& plan, MeasuredGroups const& groups,
                      CompareResult& result) {
  if (plan.has_networks) {
    add_matrices(groups, 0, stores.questions(), stores.methods(), stores.networks(), true, result);
  }
  if (plan.has_methods) {
    add_matrices(groups, groups.shape.network_relations, stores.questions(), stores.networks(), stores.methods(), false,
                 result);
  }
}

// Per locus: the mean of ensemble_distance over networks, tasks and methods.
void add_disagreement(SlotPlan const& plan, MeasuredGroups const& groups, CompareResult& result) {
  if (!plan.has_networks) return;
  result.disagreement.assign(groups.rows, 0);
  std::vector<double> counts(groups.rows);
  for (std::size_t unit = 0; unit < groups.shape.units; ++unit) {
    auto const column = groups.columns(unit * plan.slots.size() + plan.networks, 1);
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (std::isnan(column[row])) continue;
      result.disagreement[row] += column[row];
      counts[row] += 1;
    }
  }
  for (std::size_t row = 0; row < groups.rows; ++row) {
    result.disagreement[row] = counts[row] > 0 ? result.disagreement[row] / counts[row] : not_a_number;
  }
}

// Correlations with measured effects, locus by locus.
void add_element_effects(StoreSet const& stores, SlotPlan const& plan, MeasuredGroups const& groups,
                         CompareResult& result) {
  for (std::size_t metric = 0; plan.has_effects && metric < 2; ++metric) {
    for (std::size_t unit = 0; unit < stores.units().size(); ++unit) {
      Unit const& each = stores.units()[unit];
      result.elements.push_back({stores.networks()[each.network], each.task, stores.methods()[each.method],
                                 plan.slots[plan.effects + metric].metric,
                                 groups.columns(unit * plan.slots.size() + plan.effects + metric, 1)});
    }
  }
}

Settings all_settings(Settings settings, StoreSet const& stores, CompareOptions const& options) {
  settings.emplace_back("networks", join(stores.networks(), "\n"));
  settings.emplace_back("methods", join(stores.methods(), "\n"));
  settings.emplace_back("tasks", join(stores.questions(), "\n"));
  settings.emplace_back("window", fmt::format("{}", stores.length()));
  settings.emplace_back("generalisation", options.generalisation);
  settings.emplace_back("sites", options.sites ? options.sites->identity : "");
  settings.emplace_back("site.flanks", fmt::format("{}", fmt::join(options.site_flanks, ",")));
  settings.emplace_back("labels", options.labels ? options.labels->labels.identity : "");
  settings.emplace_back("margin", fmt::format("{}", options.margin));
  settings.emplace_back("form", options.form);
  settings.emplace_back("bootstraps", fmt::format("{}", options.bootstraps));
  settings.emplace_back("confidence", fmt::format("{}", options.confidence));
  settings.emplace_back("seed", fmt::format("{}", options.seed));
  return settings;
}

void make_folder(std::string const& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail(ErrorCode::output, fmt::format("cannot make the folder {}: {}", folder, error.message()));
}

}  // namespace

void CompareOptions::validate() const {
  auto const refuse = [](std::string const& text) { fail(ErrorCode::config, text); };
  if (stores.empty()) refuse("no store was given: --store FILE");
  if (output.empty()) refuse("a comparison needs a file to write: --output FILE");
  if (!(direction_share > 0 && direction_share <= 1)) refuse("--kld-share must be over 0 and at most 1");
  if (noise_positions < 1) refuse("--snr-positions must be at least 1");
  if (bootstraps < 2) refuse("--bootstraps must be at least 2");
  for (std::int64_t const flank : site_flanks) {
    if (flank < 0) refuse("--site-flanks must not be negative");
  }
  if (!(confidence > 0 && confidence < 1)) refuse("--confidence must be between 0 and 1");
  if (!(margin >= 0)) refuse("--margin must not be negative");
  if (std::ranges::none_of(position_forms, [&](Form each) { return to_string(each) == form; })) {
    refuse(fmt::format("--form {}: choose own, own-corrected, l2, l2-corrected or wild-type", shoal::quoted(form)));
  }
  if (!generalisation.empty() && networks.networks.empty())
    refuse("--generalisation names a column of --networks FILE");
  if (!generalisation.empty()) static_cast<void>(networks.number(networks.networks.front(), generalisation));
}

std::optional<CompareResult> run_compare(mpi::Communicator const& communicator, CompareOptions const& options,
                                         std::atomic<bool> const& stop) {
  std::optional<StoreSet> opened;
  mpi::together(communicator, [&] {
    options.validate();
    opened.emplace(options.stores, stored_metrics());
    if (options.truth) options.truth->check_rows(opened->loci());
  });
  StoreSet const& stores = *opened;
  SlotPlan const plan(stores, {.truth = options.truth.has_value(),
                               .probabilities = options.truth && options.truth->has_probabilities(),
                               .effects = options.effects.has_value()});
  Relations const sizes(stores);
  Settings const settings = measuring_settings(stores, options);
  GroupShape const shape{.key = digest_of(settings),
                         .units = stores.units().size(),
                         .columns = stores.units().size() * plan.slots.size(),
                         .network_relations = sizes.networks.size(),
                         .method_relations = sizes.methods.size()};
  Groups const groups(static_cast<std::int64_t>(stores.rows().size()));
  std::string const folder = parts_folder(options.output);
  store::JobLock const lock = store::JobLock::acquire_collective(communicator, options.output);
  mpi::on_first_rank(communicator, [&] { make_folder(folder); });
  Generalisation const generalisation = measure_generalisation(communicator, stores, options);
  auto const resumed = measure_groups(communicator, stores, groups, options, plan, shape, folder, stop);
  if (resumed < 0) return std::nullopt;
  MeasuredGroups measured{.readers = {}, .shape = shape, .rows = stores.rows().size()};
  for (std::int64_t group = 0; group < groups.count(); ++group) {
    auto const [first, last] = groups.range(group);
    measured.readers.emplace_back(group_path(folder, group), shape, last - first);
  }
  std::vector<std::size_t> kept;
  for (std::size_t unit = 0; unit < shape.units; ++unit) {
    for (std::size_t const slot : ranking_slots(plan, options)) kept.push_back(unit * plan.slots.size() + slot);
  }
  Estimates const estimates =
      make_estimates(communicator, measured,
                     {.resamples = options.bootstraps, .confidence = options.confidence, .seed = options.seed}, kept);
  auto const of_sites = measure_sites(communicator, stores, options);
  CompareResult result;
  mpi::on_first_rank(communicator, [&] {
    result.loci = static_cast<std::int64_t>(stores.rows().size());
    result.left_out = stores.loci() - result.loci;
    result.rows = stores.rows();
    result.networks = options.networks;
    result.costs = measured_costs(options.stores);
    result.resumed_groups = resumed;
    result.settings = all_settings(settings, stores, options);
    add_measurements(stores, plan, estimates, generalisation, result);
    result.measurements.insert(result.measurements.end(), of_sites.begin(), of_sites.end());
    add_selection({stores, plan, measured, estimates, generalisation, options}, result);
    add_correlations(stores, plan, measured, result);
    add_disagreement(plan, measured, result);
    add_element_effects(stores, plan, measured, result);
  });
  return result;
}

std::string parts_folder(std::string const& output) {
  return output + ".parts";
}

}  // namespace shoal::compare
