// SPDX-License-Identifier: MIT
// Necessity and sufficiency of sites: what networks lose when a site is destroyed in its own sequence, and gain when it
// is put into sequences without signal (Toneyan and Koo, Nature Genetics 2024: CREME). README.md has the definitions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "confirm/sites.hpp"
#include "device/backend.hpp"
#include "kernels/precision.hpp"
#include "mpi/communicator.hpp"
#include "network/task.hpp"
#include "scan/scan_options.hpp"
#include "statistics/estimate.hpp"

namespace shoal::confirm {

// What replaces the known bases of a site.
enum class Destruction {
  scrambled,     // the same bases in random order
  dinucleotide,  // the same dinucleotides and ends in random order
  uniform,       // random bases, each with probability 1/4
};

Destruction parse_destruction(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(Destruction destruction);

struct ConfirmOptions {
  std::vector<scan::NamedNetwork> networks;
  network::TaskSelection tasks;

  Destruction destruction = Destruction::scrambled;
  std::int64_t draws = 20;   // of everything that is random, per site
  double confidence = 0.95;  // of intervals
  std::uint64_t seed = 0;

  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;  // threads of this rank
  std::int64_t batch = 0;
  kernels::Precision precision = kernels::Precision::f32;
};

// One site and one task. NaN where it does not exist.
struct SiteEffect {
  double score = 0;                  // of the locus's own sequence
  statistics::Estimate necessity;    // that score minus those with the site destroyed
  double necessity_control = 0;      // mean of the same for places of its width elsewhere in the locus
  double necessity_p = 0;            // two-sided Mann-Whitney test of the two
  double necessity_q = 0;            // Benjamini and Hochberg, over the sites of the task
  statistics::Estimate sufficiency;  // scores of backgrounds with the site minus those without
  double sufficiency_control = 0;    // mean of the same for the destroyed site
  double sufficiency_p = 0;          // two-sided Wilcoxon signed-rank test of the two, background by background
  double sufficiency_q = 0;
};

struct SiteEffects {
  std::vector<std::pair<std::string, std::string>> tasks;  // network and task of every column
  std::vector<SiteEffect> effects;                         // [sites, tasks]
};

// Ranks take equal shares of the sites; the result is on every rank, with the same bits for any number of ranks and
// threads and any batch. A site's random numbers follow from the seed, its locus (genome::locus_identity) and its
// positions, not from its place in the list. Collective. Errors, on every rank alike: config, for options out of range
// and those of scan::SequenceScorer; input, for loci of another length than networks read; numeric, naming the site,
// for a score that is not finite.
SiteEffects confirm_sites(mpi::Communicator const& communicator, ConfirmOptions const& options,
                          genome::LocusTable& loci, std::vector<Site> const& sites);

}  // namespace shoal::confirm
