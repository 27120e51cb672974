// SPDX-License-Identifier: MIT
// The options of `shoal scan`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/command_line/command_line.hpp"
#include "app/options/attribution_arguments.hpp"
#include "app/options/library_arguments.hpp"
#include "app/options/loci_arguments.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "app/options/surrogate_arguments.hpp"
#include "scan/plan.hpp"
#include "scan/scan.hpp"

namespace shoal::app {

struct ScanArguments {
  NetworkArguments networks;
  std::vector<std::string> tasks;
  LociArguments loci;
  LibraryArguments library;
  SurrogateArguments surrogates;
  AttributionArguments attribution;
  RunArguments run;
  scan::ScanOptions options;  // what belongs to none of the groups
  std::vector<std::string> hints;
  std::int64_t randomise = 0;
  bool plan = false;
  std::vector<std::int64_t> plan_ranks;
  std::int64_t plan_loci = 0;
  std::string plan_from;

  // Its rows point into this object.
  CommandTable table();
  // Everything but the networks, the backend and the threads. Errors: config.
  scan::ScanOptions resolved() const;
  // Of --plan in a job of so many ranks. Errors: config.
  scan::PlanOptions resolved_plan(int ranks) const;

 private:
  void add_fits(OptionTable& table);
  void add_stability(OptionTable& table);
  void add_checks(OptionTable& table);
  void add_plan(OptionTable& table);
  void add_result(OptionTable& table);
};

}  // namespace shoal::app
