// SPDX-License-Identifier: MIT
// Which nodes of a network read which values, among the layers that some task needs.
#pragma once

#include <vector>

#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::inference {

class Readers {
 public:
  // Errors: config, for a task that is not in the network.
  Readers(network::Network const& network, std::vector<network::Task> const& tasks);

  // Whether the node's value is read by a task or by a node that is needed.
  bool is_needed(int node) const;
  // The one node that reads node `i`, exactly once, if no task reads it; otherwise -1.
  int only_reader(int i) const;
  // Whether a value with several positions is made from the node's value later on.
  bool meets_positions(int node) const { return meets_positions_[static_cast<std::size_t>(node)]; }

 private:
  std::vector<std::vector<int>> readers_;
  std::vector<bool> is_read_by_task_;
  std::vector<bool> meets_positions_;
};

}  // namespace shoal::inference
