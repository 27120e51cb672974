// SPDX-License-Identifier: MIT
// The part of a network whose values are the activations of its first filters.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "network/network.hpp"

namespace shoal::motif {

struct FirstLayer {
  std::shared_ptr<network::Network const> network;  // ends at the activations, [positions, filters]
  std::string name;                                 // of the last node
  std::int64_t positions = 0;
  std::int64_t filters = 0;
  std::int64_t stride = 1;  // the middle tap of position p's filter lies on the base p × stride + shift
  std::int64_t shift = 0;
};

// The first convolution whose input is the sequence (perhaps padded), and what follows it alone: normalisations,
// constants that are added or multiplied, and the first activation. Errors: config, naming the network's file.
FirstLayer first_layer(network::Network const& network);

}  // namespace shoal::motif
