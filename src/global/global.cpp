// SPDX-License-Identifier: MIT
#include "global/global.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "attribution/surrogate_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "global/experiment/arrangements.hpp"
#include "global/experiment/contexts.hpp"
#include "global/experiment/effects.hpp"
#include "global/experiment/pattern_surrogate.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"
#include "scan/fill_store.hpp"
#include "scan/scoring_provenance.hpp"
#include "scan/sequence_scorer.hpp"

namespace shoal::global {

namespace {

// The scores that every rank holds at the end: 1 GB.
constexpr std::int64_t most_scores = std::int64_t{1} << 28;
// How many sequences are made and scored at a time.
constexpr std::size_t piece_size = 4096;

void require_size(std::int64_t sequences, std::int64_t columns) {
  if (sequences <= most_scores / std::max<std::int64_t>(1, columns)) return;
  fail(ErrorCode::config,
       fmt::format("{} sequences with {} scores each are more than {} numbers: fewer --backgrounds, --spacings, "
                   "--mutants or heads",
                   sequences, columns, most_scores));
}

using SequencesOf = std::function<std::vector<genome::Codes>(std::uint32_t)>;

// Scores of the sequences of items 0 … items - 1, in order, on every rank. A rank takes a contiguous share, because
// every item costs the same.
std::vector<float> score_items(mpi::Communicator const& communicator, scan::SequenceScorer& scorer, std::int64_t items,
                               SequencesOf const& sequences_of) {
  mpi::Share const share = mpi::share_of(communicator, items);
  std::vector<float> mine;
  mpi::together(communicator, [&] {
    std::vector<genome::Codes> piece;
    auto const finish = [&] {
      std::vector<float> const scores = scorer.score(piece);
      mine.insert(mine.end(), scores.begin(), scores.end());
      piece.clear();
    };
    for (std::int64_t item = share.first; item < share.last; ++item) {
      for (auto& sequence : sequences_of(static_cast<std::uint32_t>(item))) piece.push_back(std::move(sequence));
      if (piece.size() >= piece_size) finish();
    }
    if (!piece.empty()) finish();
  });
  return mpi::gather_items<float>(communicator, mine);
}

std::vector<std::pair<std::string, std::string>> settings_of(GlobalOptions const& options,
                                                             GlobalContexts const& contexts) {
  std::vector<std::pair<std::string, std::string>> settings;
  scan::add_scoring({.backend = options.backend,
                     .precision = options.precision,
                     .networks = options.networks,
                     .tasks = options.tasks},
                    settings);
  std::vector<std::string> motifs, controls;
  for (library::Motif const& motif : options.motifs) motifs.push_back(motif.name + "=" + motif.letters);
  for (library::Control const control : options.controls) controls.emplace_back(library::to_string(control));
  auto const add = [&settings](std::string key, std::string value) {
    settings.emplace_back(std::move(key), std::move(value));
  };
  add("motifs", join(motifs, ","));
  add("contexts", std::string(to_string(options.background)));
  add("contexts.digest", contexts.digest());
  add("backgrounds", fmt::format("{}", options.backgrounds));
  add("controls", join(controls, ","));
  add("confidence", fmt::format("{}", options.confidence));
  add("seed", fmt::format("{}", options.seed));
  if (options.methods.empty()) return settings;
  add("mutants", fmt::format("{}", options.mutants));
  add("rate", fmt::format("{}", options.rate));
  add("validation", fmt::format("{}", options.validation));
  add("holdout", fmt::format("{}", options.holdout));
  add("gauge", std::string(surrogate::to_string(options.surrogates.gauge)));
  add("lambdas", fmt::format("{}", fmt::join(options.surrogates.lambdas, ",")));
  return settings;
}

// What every rank keeps while it works.
class GlobalRun {
 public:
  GlobalRun(mpi::Communicator const& communicator, GlobalOptions const& options)
      : communicator_(communicator), options_(options) {
    device::DeviceShare const device = scan::device_of(communicator, options.backend);
    mpi::together(communicator, [&] {
      scorer_.emplace(scan::ScoringOptions{.networks = options.networks,
                                           .tasks = options.tasks,
                                           .backend = options.backend,
                                           .device = device,
                                           .threads = options.threads,
                                           .batch = options.batch,
                                           .precision = options.precision});
      if (scorer_->columns() == 0) fail(ErrorCode::config, "no network was given: --model FILE");
      options.validate(scorer_->length());
      contexts_.emplace(options, scorer_->length());
      arrangements_ = make_arrangements(options, scorer_->length());
      require_size(options.backgrounds * static_cast<std::int64_t>(arrangements_.arms.size()),
                   static_cast<std::int64_t>(scorer_->columns()));
      require_size(options.mutants, static_cast<std::int64_t>(scorer_->columns()));
    });
  }

  GlobalFile run() {
    GlobalFile file;
    auto const scores = score_items(communicator_, *scorer_, options_.backgrounds,
                                    [this](std::uint32_t item) { return contexts_->arms(arrangements_, item); });
    mpi::together(communicator_, [&] {
      if (communicator_.rank() == 0) file = effects(scores);
    });
    if (options_.methods.empty()) return file;
    for (Pattern const& pattern : global_patterns(options_)) add_surrogates(pattern, file);
    return file;
  }

 private:
  GlobalFile effects(std::vector<float> const& scores) const {
    GlobalFile file{.singles = arrangements_.singles,
                    .pairs = arrangements_.pairs,
                    .orientations = {},
                    .spacings = {},
                    .tasks = {},
                    .settings = settings_of(options_, *contexts_)};
    file.orientations = options_.pairs.empty() ? std::vector<std::string>{"+", "-"} : options_.orientations;
    for (std::int64_t spacing = options_.first_spacing; spacing <= options_.last_spacing; ++spacing) {
      if (!options_.pairs.empty()) file.spacings.push_back(spacing);
    }
    ArmScores const arms{scores, arrangements_.arms.size(), scorer_->columns()};
    for (std::size_t column = 0; column < scorer_->columns(); ++column) {
      auto task = global_effects(arrangements_, arms, column, options_.confidence);
      std::tie(task.model, task.task) = scorer_->names()[column];
      file.tasks.push_back(std::move(task));
    }
    return file;
  }

  void add_surrogates(Pattern const& pattern, GlobalFile& file) {
    PatternLibrary const library(options_, *contexts_, pattern, scorer_->length());
    auto const scores = score_items(communicator_, *scorer_, options_.mutants, [&](std::uint32_t number) {
      return std::vector<genome::Codes>{library.mutant(number).sequence};
    });
    mpi::together(communicator_, [&] {
      if (communicator_.rank() != 0) return;
      auto const backend = device::Backend::cpu(options_.threads);
      for (std::size_t column = 0; column < file.tasks.size(); ++column) {
        file.tasks[column].surrogates.push_back(
            fit_pattern(*backend, options_, library, scores, scorer_->columns(), column));
      }
    });
  }

  mpi::Communicator const& communicator_;
  GlobalOptions const& options_;
  std::optional<scan::SequenceScorer> scorer_;
  std::optional<GlobalContexts> contexts_;
  Arrangements arrangements_;
};

}  // namespace

GlobalFile run_global(mpi::Communicator const& communicator, GlobalOptions const& options) {
  return GlobalRun(communicator, options).run();
}

}  // namespace shoal::global
