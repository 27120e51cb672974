// SPDX-License-Identifier: MIT
// A network with interactions between positions, small enough to be explained in full.
#pragma once

#include <cstdint>
#include <memory>

#include "support/reference_network.hpp"

namespace shoal::test {

// Reads `length` bases; two outputs.
inline std::shared_ptr<network::Network const> small_network(std::int32_t length) {
  NetworkMaker maker(length, 3);
  maker.convolution(9, 5);
  maker.activate(network::Activation::exponential);
  maker.max_pool(2, 2);
  maker.add(network::Flatten{});
  maker.dense(11);
  maker.activate(network::Activation::relu);
  maker.dense(2);
  return maker.network();
}

}  // namespace shoal::test
