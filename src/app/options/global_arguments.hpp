// SPDX-License-Identifier: MIT
// The options of `shoal global`.
#pragma once

#include <string>
#include <vector>

#include "app/command_line/command_line.hpp"
#include "app/options/loci_arguments.hpp"
#include "app/options/network_arguments.hpp"
#include "app/options/run_arguments.hpp"
#include "app/options/surrogate_arguments.hpp"
#include "global/global.hpp"

namespace shoal::app {

struct GlobalArguments {
  NetworkArguments networks;
  LociArguments sources;
  std::vector<std::string> motifs;
  std::vector<std::string> motif_files;
  std::string pairs = "all";
  Window spacings{0, 33};
  std::vector<std::string> methods = {"additive-ridge", "pairwise-ridge"};
  SurrogateArguments surrogates;
  RunArguments run;
  global::GlobalOptions options;  // what belongs to no group and needs no other option to be understood
  std::string output;
  std::string table_file;
  bool overwrite = false;

  // Its rows point into this object.
  CommandTable table();
  // Everything but the networks, the backend and the threads; reads motif files: call it before MPI starts. Errors:
  // config, input.
  global::GlobalOptions resolved() const;
  // Errors: config, for results that exist without --overwrite.
  void check_results() const;

 private:
  void add_motifs(OptionTable& table);
  void add_pairs(OptionTable& table);
  void add_contexts(OptionTable& table);
  void add_library(OptionTable& table);
  void add_result(OptionTable& table);
};

}  // namespace shoal::app
