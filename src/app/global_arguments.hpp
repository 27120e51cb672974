// SPDX-License-Identifier: MIT
// The options of `shoal global`.
#pragma once

#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/option_groups.hpp"
#include "app/surrogate_arguments.hpp"
#include "scan/global.hpp"

namespace shoal::app {

struct GlobalArguments {
  NetworkArguments networks;
  LociArguments sources;
  std::string contexts;
  std::vector<std::string> motifs;
  std::string pairs;
  std::string orientations;
  std::string spacings;
  std::string positions;
  std::string controls;
  std::string methods;
  std::string lambdas;
  SurrogateArguments surrogates;
  std::int64_t seed = 0;
  RunArguments run;
  scan::GlobalOptions options;  // what needs no parsing
  std::string output;
  std::string table_file;
  bool overwrite = false;

  CommandTable table();
  // Everything but the networks, the backend and the threads. Errors: config.
  scan::GlobalOptions resolved() const;
  // Errors: config, for results that exist without --overwrite.
  void check_results() const;

 private:
  void add_design(boost::program_options::options_description& options_table);
  void add_surrogates(boost::program_options::options_description& options_table);
};

}  // namespace shoal::app
