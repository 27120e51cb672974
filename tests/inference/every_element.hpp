// SPDX-License-Identifier: MIT
// Tasks that read a network's outputs value by value.
#pragma once

#include <cstdint>
#include <vector>

#include "network/task.hpp"

namespace shoal::test {

// One task per value of every output, in order.
inline std::vector<network::Task> every_element(network::Network const& network) {
  std::vector<network::Task> tasks;
  for (int const output : network.outputs) {
    network::Node const& node = network.nodes[static_cast<std::size_t>(output)];
    for (std::int64_t i = 0; i < node.shape.size(); ++i) tasks.push_back({node.name, output, i});
  }
  return tasks;
}

}  // namespace shoal::test
