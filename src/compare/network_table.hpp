// SPDX-License-Identifier: MIT
// A table of what is known of networks: attributes by which results are grouped, numbers that another program computed.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace shoal::compare {

struct NetworkTable {
  std::string path;
  std::vector<std::string> columns;             // without the first, "network"
  std::vector<std::string> networks;            // by row
  std::vector<std::vector<std::string>> cells;  // [rows][columns]

  // The number in a column, or nothing where the table has no row of the network or "NA" in it. Errors: config,
  // for a column that the table lacks; input, naming network and column, for text that is no number.
  std::optional<double> number(std::string const& network, std::string const& column) const;
};

// Reads tab-separated text whose header begins with "network". Errors: input, naming file and line.
NetworkTable read_network_table(std::string const& path);

}  // namespace shoal::compare
