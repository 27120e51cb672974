// SPDX-License-Identifier: MIT
#include "compare/generalisation/generalisation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/correlation.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "compare/metrics/validity.hpp"
#include "genome/window_part.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"

namespace shoal::compare {

namespace {

constexpr std::size_t piece = 1024;  // sequences that are scored at once

// The sequences as a network reads them: their middle, where they are longer.
genome::Codes seen_by(scan::NamedNetwork const& named, genome::Codes const& sequence, Labels const& labels) {
  auto const length = static_cast<std::int64_t>(sequence.size());
  std::int64_t const read = named.network->input_length();
  if (length < read) {
    fail(ErrorCode::input, fmt::format("{} has sequences of {} bases, and the network {} reads {}", labels.path, length,
                                       shoal::quoted(named.name), read));
  }
  return genome::part_of(sequence, genome::centred_part(length, read), '+');
}

void check_network(StoreSet const& stores, scan::NamedNetwork const& named) {
  auto const found = std::ranges::find(stores.networks(), named.name);
  if (found == stores.networks().end()) {
    fail(ErrorCode::config, fmt::format("--model {}: the stores have no network of this name, they have {}", named.name,
                                        join(stores.networks(), ", ")));
  }
  std::string const digest = stores.network_digest(named.name);
  if (digest == named.network->digest) return;
  fail(ErrorCode::input, fmt::format("{} is not the network {} of the stores: its digest is {}, theirs {}",
                                     named.network->source, shoal::quoted(named.name), named.network->digest, digest));
}

// Scores [sequences, tasks] of one network, and the names of the tasks. Collective.
struct Scored {
  std::vector<std::string> tasks;
  std::vector<float> scores;
};

Scored score_network(mpi::Communicator const& communicator, LabelScoring const& options,
                     scan::NamedNetwork const& named) {
  Scored scored;
  std::vector<float> mine;
  mpi::together(communicator, [&] {
    scan::ScoringOptions scoring = options.scoring;
    scoring.networks = {named};
    scan::SequenceScorer scorer(scoring);
    for (auto const& [model, task] : scorer.names()) scored.tasks.push_back(task);
    auto const& sequences = options.labels.sequences;
    mpi::Share const share = mpi::share_of(communicator, static_cast<std::int64_t>(sequences.size()));
    std::size_t const last = at(share.last);
    for (std::size_t first = at(share.first); first < last; first += piece) {
      std::vector<genome::Codes> some;
      for (std::size_t i = first; i < std::min(last, first + piece); ++i) {
        some.push_back(seen_by(named, sequences[i], options.labels));
      }
      auto const found = scorer.score(some);
      mine.insert(mine.end(), found.begin(), found.end());
    }
  });
  scored.scores = mpi::gather_items<float>(communicator, mine);
  return scored;
}

// The labels' column for a question: the only one, the one of its name, or the one in its place.
std::size_t column_of(Labels const& labels, StoreSet const& stores, std::size_t question) {
  if (labels.columns.size() == 1) return 0;
  auto const named = std::ranges::find(labels.columns, stores.questions()[question]);
  if (named != labels.columns.end()) return at(named - labels.columns.begin());
  if (labels.columns.size() == stores.questions().size()) return question;
  fail(ErrorCode::config, fmt::format("{} has {} columns of values for {} tasks: give one for all, or one for each",
                                      labels.path, labels.columns.size(), stores.questions().size()));
}

Unit const* find_unit(StoreSet const& stores, std::string const& network, std::string const& task) {
  for (Unit const& unit : stores.units()) {
    if (stores.networks()[unit.network] == network && unit.task == task) return &unit;
  }
  return nullptr;
}

// Errors that are not finite are a task's own.
std::vector<double> task_scores(Scored const& scored, std::size_t task, std::string const& network) {
  std::vector<double> scores;
  for (std::size_t i = task; i < scored.scores.size(); i += scored.tasks.size()) {
    scores.push_back(scored.scores[i]);
    if (std::isfinite(scores.back())) continue;
    fail(ErrorCode::numeric,
         fmt::format("network {}, task {} scores sequence {} of the labels as {}", shoal::quoted(network),
                     shoal::quoted(scored.tasks[task]), i / scored.tasks.size(), scored.scores[i]));
  }
  return scores;
}

void add_labels(mpi::Communicator const& communicator, StoreSet const& stores, LabelScoring const& options,
                Generalisation& made, std::string& ranking) {
  for (scan::NamedNetwork const& named : options.scoring.networks) check_network(stores, named);
  for (scan::NamedNetwork const& named : options.scoring.networks) {
    Scored const scored = score_network(communicator, options, named);
    for (std::size_t task = 0; task < scored.tasks.size(); ++task) {
      Unit const* const unit = find_unit(stores, named.name, scored.tasks[task]);
      if (unit == nullptr) continue;
      auto const scores = task_scores(scored, task, named.name);
      auto const& values = options.labels.values[column_of(options.labels, stores, unit->question)];
      auto metrics = label_metrics(scores, values);
      bool const has_classes =
          std::ranges::any_of(metrics, [](Measurement const& each) { return each.metric == "label_auroc"; });
      if (ranking.empty()) ranking = has_classes ? "label_auroc" : "label_pearson";
      for (Measurement& each : metrics) {
        each.network = named.name;
        each.task = scored.tasks[task];
        if (each.metric == ranking) made.values[unit->network][unit->question] = each.value;
        made.measurements.push_back(std::move(each));
      }
    }
  }
}

}  // namespace

std::vector<Measurement> label_metrics(std::span<double const> scores, std::span<double const> values) {
  std::vector<Measurement> metrics;
  auto const n = static_cast<double>(values.size());
  auto const add = [&](std::string const& metric, double value, double error) {
    Measurement made{};
    made.metric = metric;
    made.value = value;
    made.error = error;
    made.lower = made.upper = not_a_number;
    made.loci = static_cast<std::int64_t>(values.size());
    metrics.push_back(made);
  };
  double const r = pearson(scores, values);
  add("label_pearson", r, n > 1 ? (1 - r * r) / std::sqrt(n - 1) : not_a_number);
  add("label_spearman", spearman(scores, values), not_a_number);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double const error = (scores[i] - values[i]) * (scores[i] - values[i]);
    sum += error;
    squares += error * error;
  }
  double const mean = sum / n;
  add("label_mse", mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / n));
  std::vector<Label> labels;
  for (double const value : values) {
    if (value != 0 && value != 1) return metrics;
    labels.push_back(value == 1 ? Label::motif : Label::background);
  }
  Ranking const area = rank_positions(scores, labels);
  if (std::isnan(area.auroc)) return metrics;
  auto const positives = static_cast<double>(std::ranges::count(labels, Label::motif));
  double const a = area.auroc, q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
  double const variance = (a * (1 - a) + (positives - 1) * (q1 - a * a) + (n - positives - 1) * (q2 - a * a)) /
                          (positives * (n - positives));
  add("label_auroc", a, std::sqrt(std::max(0.0, variance)));
  add("label_aupr", area.aupr, not_a_number);
  return metrics;
}

Generalisation measure_generalisation(mpi::Communicator const& communicator, StoreSet const& stores,
                                      CompareOptions const& options) {
  Generalisation made;
  made.values.assign(stores.networks().size(), std::vector<double>(stores.questions().size(), not_a_number));
  std::string ranking;
  if (options.labels) add_labels(communicator, stores, *options.labels, made, ranking);
  made.name = ranking;
  if (options.generalisation.empty()) return made;
  made.name = options.generalisation;
  for (std::size_t network = 0; network < made.values.size(); ++network) {
    auto const value = options.networks.number(stores.networks()[network], options.generalisation);
    std::ranges::fill(made.values[network], value.value_or(not_a_number));
  }
  return made;
}

}  // namespace shoal::compare
