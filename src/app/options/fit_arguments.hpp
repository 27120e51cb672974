// SPDX-License-Identifier: MIT
// The options of `shoal fit`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/command_line/command_line.hpp"
#include "app/commands/fit_table.hpp"
#include "app/options/column_arguments.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "app/options/surrogate_arguments.hpp"
#include "scan/refit.hpp"

namespace shoal::app {

struct FitArguments {
  // One of the three says what is fitted.
  std::string table_file;
  std::string library_file;  // scored by a network
  std::string store_file;    // whose scores are fitted anew

  ColumnArguments columns;
  std::string alphabet = "dna";
  std::string dataset = "/sequences";  // of an HDF5 library
  NetworkArguments networks;           // of a library
  std::vector<std::string> methods = {"additive-ridge", "additive-ge"};
  SplitOptions split;  // its seed is the next one
  std::uint64_t seed = 0;
  surrogate::RidgeOptions ridge;  // of a store: how additive-ridge chooses its penalty
  SurrogateArguments surrogates;
  std::string reference;
  std::string gauge_table;
  bool no_information = false;
  int bootstrap = 0;
  std::string output;
  std::string predictions;
  std::string simulate;
  bool keep_y = false;
  bool resume = false;
  bool overwrite = false;
  RunArguments run;

  // Its rows point into this object.
  CommandTable table();
  // Of --store. Errors: config.
  scan::RefitOptions refit() const;
  // Errors: config, for results that exist without --overwrite.
  void check_results() const;

 private:
  void add_input(OptionTable& options);
  void add_division(OptionTable& options);
  void add_fits(OptionTable& options);
  void add_reports(OptionTable& options);
  void add_results(OptionTable& options);
};

}  // namespace shoal::app
