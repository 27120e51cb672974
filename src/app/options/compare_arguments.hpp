// SPDX-License-Identifier: MIT
// The options of `shoal compare`.
#pragma once

#include <string>
#include <vector>

#include "app/command_line/command_line.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "compare/compare.hpp"

namespace shoal::app {

struct CompareArguments {
  compare::CompareOptions options;
  std::string truth;
  std::string networks;
  std::string effects;
  std::string sites;
  std::string labels;
  std::vector<std::string> label_columns;
  std::string genome;
  NetworkArguments scored;  // networks that are scored on the labels
  RunArguments run;
  bool overwrite = false;

  // Its rows point into this object.
  CommandTable table();
  // With truth, table, labels and networks read: call it before MPI starts. Errors: config, input.
  compare::CompareOptions resolved() const;
  // Where the table is written: the output's name with .tsv for its ending.
  std::string table_file() const;

 private:
  void add_validity(OptionTable& table);
  void add_generalisation(OptionTable& table);
  void add_selection(OptionTable& table);
};

}  // namespace shoal::app
