// SPDX-License-Identifier: MIT
#include "model/network.hpp"

namespace shoal::model {

int Network::find(std::string const& name) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace shoal::model
