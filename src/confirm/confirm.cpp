// SPDX-License-Identifier: MIT
#include "confirm/confirm.hpp"

#include <fmt/core.h>

#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "confirm/experiment/site_scores.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"
#include "scan/fill_store.hpp"
#include "scan/sequence_scorer.hpp"
#include "statistics/multiple_tests.hpp"

namespace shoal::confirm {

namespace {

void check(ConfirmOptions const& options) {
  if (options.draws < 2) fail(ErrorCode::config, fmt::format("--draws {}: choose 2 at least", options.draws));
  if (!(options.confidence > 0 && options.confidence < 1)) {
    fail(ErrorCode::config, fmt::format("--confidence {}: choose a number between 0 and 1", options.confidence));
  }
}

// q of one p of every site of a task, over the sites that have one.
void add_q(double SiteEffect::*p, double SiteEffect::*q, std::size_t tasks, std::size_t task,
           std::vector<SiteEffect>& effects) {
  std::vector<std::size_t> tested;
  std::vector<double> values;
  for (std::size_t i = task; i < effects.size(); i += tasks) {
    effects[i].*q = not_a_number;
    if (std::isnan(effects[i].*p)) continue;
    tested.push_back(i);
    values.push_back(effects[i].*p);
  }
  auto const found = statistics::q_values(values);
  for (std::size_t i = 0; i < tested.size(); ++i) effects[tested[i]].*q = found[i];
}

}  // namespace

Destruction parse_destruction(std::string_view name) {
  for (Destruction const each : {Destruction::scrambled, Destruction::dinucleotide, Destruction::uniform}) {
    if (name == to_string(each)) return each;
  }
  fail(ErrorCode::config, "choose scrambled, dinucleotide or uniform");
}

std::string_view to_string(Destruction destruction) {
  switch (destruction) {
    case Destruction::scrambled:
      return "scrambled";
    case Destruction::dinucleotide:
      return "dinucleotide";
    case Destruction::uniform:
      return "uniform";
  }
  return "";
}

SiteEffects confirm_sites(mpi::Communicator const& communicator, ConfirmOptions const& options,
                          genome::LocusTable& loci, std::vector<Site> const& sites) {
  device::DeviceShare const device = scan::device_of(communicator, options.backend);
  mpi::Share const share = mpi::share_of(communicator, static_cast<std::int64_t>(sites.size()));
  std::optional<scan::SequenceScorer> scorer;
  std::vector<SiteEffect> mine;
  mpi::together(communicator, [&] {
    check(options);
    scorer.emplace(scan::ScoringOptions{.networks = options.networks,
                                        .tasks = options.tasks,
                                        .backend = options.backend,
                                        .device = device,
                                        .threads = options.threads,
                                        .batch = options.batch,
                                        .precision = options.precision});
    if (scorer->columns() == 0) fail(ErrorCode::config, "no network was given: --model FILE");
    if (loci.length() != scorer->length()) {
      fail(ErrorCode::input, fmt::format("the loci have {} bases, but the networks read {}: --length {}", loci.length(),
                                         scorer->length(), scorer->length()));
    }
    mine = site_effects(options, loci, sites, {share.first, share.last}, *scorer);
    loci.check_letters();
  });
  SiteEffects found{.tasks = scorer->names(), .effects = mpi::gather_items<SiteEffect>(communicator, mine)};
  for (std::size_t task = 0; task < found.tasks.size(); ++task) {
    add_q(&SiteEffect::necessity_p, &SiteEffect::necessity_q, found.tasks.size(), task, found.effects);
    add_q(&SiteEffect::sufficiency_p, &SiteEffect::sufficiency_q, found.tasks.size(), task, found.effects);
  }
  return found;
}

}  // namespace shoal::confirm
