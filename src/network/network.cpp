// SPDX-License-Identifier: MIT
#include "network/network.hpp"

namespace shoal::network {

int Network::find(std::string const& name) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace shoal::network
