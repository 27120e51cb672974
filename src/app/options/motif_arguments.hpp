// SPDX-License-Identifier: MIT
// The options of `shoal motifs`: one table for all of its verbs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line/command_line.hpp"
#include "app/options/run_arguments.hpp"
#include "motif/comparison.hpp"
#include "motif/discover.hpp"
#include "motif/filters.hpp"
#include "motif/hits.hpp"
#include "motif/maps.hpp"
#include "motif/pwm_sites.hpp"
#include "motif/seqlets.hpp"

namespace shoal::app {

// The words that may follow `shoal motifs`, as a list in a sentence.
inline constexpr std::string_view motif_verbs = "filters, match, seqlets, discover, hits, scan-pwm or confirm";

enum class SeqletCaller { recursive, windows };

struct MotifArguments {
  std::string verb;
  motif::MapSource maps;
  std::optional<Window> rows;
  std::string gauge = "uniform";
  std::string control_one_hot;
  std::string control_contributions;
  std::vector<std::string> queries;
  std::vector<std::string> database;
  motif::ComparisonOptions comparison;
  double largest_e = 0.1;
  std::vector<std::string> networks;  // [NAME=]FILE
  std::vector<std::string> weights;   // one for each .json among them
  std::string fasta;
  std::string genome;
  motif::FilterOptions filters;
  std::string factors;
  std::vector<std::string> ignored_hits;
  SeqletCaller caller = SeqletCaller::recursive;
  motif::RecursiveOptions recursive;
  double target_fdr = 0.1;
  std::string preset;
  motif::DiscoverOptions discover;
  std::string motifs;  // patterns whose sites are looked for
  motif::HitOptions hits;
  motif::PwmOptions pwm;
  std::vector<double> background = {0.25, 0.25, 0.25, 0.25};
  std::string output;
  std::string output_meme;
  std::string output_bed;
  std::string output_table;
  std::string output_loci;
  bool overwrite = false;
  int threads = 0;  // 0: this rank's share of the cores

  // Its rows point into this object.
  CommandTable table();
  motif::MapSource source() const;                                       // errors: config
  motif::MapSource control_source() const;                               // empty without controls
  std::vector<scan::NamedNetwork> read_networks() const;                 // errors: config, input
  genome::LociOptions sequences(network::Network const& network) const;  // what the network's filters look at
  // Errors: config, for results that exist without --overwrite.
  void check_results() const;
  int thread_count(mpi::Communicator const& node) const;
  motif::PwmOptions pwm_options() const;  // errors: config

 private:
  void add_maps(OptionTable& table);
  void add_filters(OptionTable& table);
  void add_match(OptionTable& table);
  void add_seqlets(OptionTable& table);
  void add_discover(OptionTable& table);
  void add_hits(OptionTable& table);
  void add_scan(OptionTable& table);
  void add_result(OptionTable& table);
};

}  // namespace shoal::app
