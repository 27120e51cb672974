// SPDX-License-Identifier: MIT
// The benchmark of networks and methods: every metric of the maps in stores of the same loci, with uncertainty, and
// which network to interpret with which method. src/compare/README.md defines every metric.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compare/compare_result.hpp"
#include "compare/effect_table.hpp"
#include "compare/labels.hpp"
#include "compare/metrics/direction_divergence.hpp"
#include "compare/network_table.hpp"
#include "compare/site_table.hpp"
#include "compare/truth.hpp"
#include "mpi/communicator.hpp"

namespace shoal::compare {

struct CompareOptions {
  std::vector<std::string> stores;  // the same loci in each

  std::optional<Truth> truth;         // what is known to matter
  double truth_threshold = 0.1;       // a position is a motif's above it: bits, or units of the track
  bool all_positions = false;         // positions between least truth and threshold count as background
  std::int64_t noise_positions = 10;  // background positions in the noise of snr

  double direction_share = 0.1;  // share of positions in kld_direction, those of the largest radius
  DirectionBasis basis = DirectionBasis::orthonormal;

  NetworkTable networks;  // numbers and attributes of networks; may be empty
  // Column of `networks` with how well they predict, higher is better; empty: what `labels` give, or nothing.
  std::string generalisation = {};
  std::optional<LabelScoring> labels;  // sequences with measured values, and the networks to score them with
  double margin = 0.05;                // a network that predicts worse than the best by more is not chosen
  std::string form = "own-corrected";  // of validity, where networks and methods are ranked

  std::optional<EffectTable> effects;                // measured effects of variants
  std::optional<SiteTable> sites;                    // instances of motifs
  std::vector<std::int64_t> site_flanks = {15, 50};  // bases on both sides of a site

  std::int64_t bootstraps = 1000;
  double confidence = 0.95;
  std::uint64_t seed = 0;

  std::string output;  // OUTPUT.parts beside it holds what a stopped run has done
  // Errors: config, naming the option.
  void validate() const;
};

// Compares; called by every rank with the same options. Loci are shared out over ranks in groups, every sum has a fixed
// order, so the result is the same bits for any number of ranks. A run that was stopped goes on with the groups
// that are in OUTPUT.parts if they were made from the same stores and options. Returns the result on rank 0, an empty
// one on the others, and nothing when `stop` ended the run. Errors, on every rank alike: config; input, naming the
// store.
std::optional<CompareResult> run_compare(mpi::Communicator const& communicator, CompareOptions const& options,
                                         std::atomic<bool> const& stop);

// The folder that holds what a stopped run has done; to be removed when the result is written.
std::string parts_folder(std::string const& output);

}  // namespace shoal::compare
