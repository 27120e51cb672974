// SPDX-License-Identifier: MIT
// The options of `shoal motifs confirm`.
#pragma once

#include <string>

#include "app/command_line/command_line.hpp"
#include "app/options/loci_arguments.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "confirm/confirm.hpp"

namespace shoal::app {

struct ConfirmArguments {
  NetworkArguments networks;
  LociArguments loci;
  std::string sites;
  std::string tiles;  // "W" or "W:STEP"
  confirm::ConfirmOptions options;
  double target_fdr = 0.1;
  RunArguments run;
  std::string output;
  std::string output_table;
  bool overwrite = false;

  // Its rows point into this object.
  CommandTable table();
  // Errors: config, for neither or both kinds of sites, and results that exist without --overwrite.
  void validate() const;
  // The options without networks and threads. Errors: config.
  confirm::ConfirmOptions resolved() const;
  // Errors: those of confirm::read_sites and tile_loci.
  confirm::SiteList read_sites(genome::LocusTable const& table) const;
};

}  // namespace shoal::app
