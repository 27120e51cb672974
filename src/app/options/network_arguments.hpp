// SPDX-License-Identifier: MIT
// Options of every command that reads networks: which ones, and which of their outputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/command_line/option_row.hpp"
#include "network/task.hpp"
#include "scan/scan.hpp"

namespace shoal::app {

struct NetworkArguments {
  std::vector<std::string> models;   // [NAME=]FILE
  std::vector<std::string> weights;  // one for each .json among them, in order
  std::vector<std::string> inputs;   // NAME=zeros|FILE
  std::vector<std::string> layers;   // NAME=OPERATION
  network::TaskSelection selection;  // its orientations follow from the next two
  bool reverse_complement = false;
  std::vector<std::int64_t> shifts = {0};
  std::string average;  // the name of the mean of all models; empty: each on its own

  void add_to(OptionTable& options);
  // Reads the files, in child processes: call it before MPI starts. `length`: the bases that networks of an open input
  // length read (readers::read_network). Errors: config, input.
  std::vector<scan::NamedNetwork> read(std::int64_t length = 0) const;
  network::TaskSelection tasks() const;
};

}  // namespace shoal::app
