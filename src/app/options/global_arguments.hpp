// SPDX-License-Identifier: MIT
// The options of `shoal global`.
#pragma once

#include <string>
#include <vector>

#include "app/options/command_line.hpp"
#include "app/options/option_groups.hpp"
#include "app/options/surrogate_arguments.hpp"
#include "global/global.hpp"

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
  global::GlobalOptions options;  // what needs no parsing
  std::string output;
  std::string table_file;
  bool overwrite = false;

  CommandTable table();
  // Everything but the networks, the backend and the threads. Errors: config.
  global::GlobalOptions resolved() const;
  // Errors: config, for results that exist without --overwrite.
  void check_results() const;

 private:
  void add_design(boost::program_options::options_description& options_table);
  void add_surrogates(boost::program_options::options_description& options_table);
};

}  // namespace shoal::app
