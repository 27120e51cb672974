// SPDX-License-Identifier: MIT
// Runs a network that came out of hostile bytes, if it is small enough to be run thousands of times per second.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "inference/every_element.hpp"
#include "inference/scorer.hpp"
#include "network/describe.hpp"
#include "support/packed_codes.hpp"

namespace shoal::fuzz {

inline bool is_small(network::Network const& network) {
  double cost = 0;
  for (network::Node const& node : network.nodes) {
    cost += static_cast<double>(node.shape.size()) + network::operations(network, node);
  }
  return network.nodes.size() < 300 && network.input_length() <= 4096 && cost < 2e5;
}

// Scores three sequences together and the last one alone: the scores must be the same bits.
inline void score_small(network::Network network) {
  if (!is_small(network)) return;
  auto const length = static_cast<std::size_t>(network.input_length());
  auto const shared = std::make_shared<network::Network const>(std::move(network));
  auto const backend = device::Backend::cpu(1);
  std::vector<network::Task> tasks = test::every_element(*shared);
  if (tasks.size() > 64) tasks.resize(64);
  if (tasks.empty()) return;
  auto const sequences = test::random_codes(3, length, 5);
  test::PackedCodes const packed(*backend, sequences);
  inference::Scorer scorer(*backend, shared, tasks, 2);
  device::Buffer<float> together(*backend, 3 * tasks.size()), alone(*backend, tasks.size());
  scorer.score(packed.view(), together);
  scorer.score(packed.view(2, 1), alone);
  if (std::memcmp(together.data() + 2 * tasks.size(), alone.data(), tasks.size() * sizeof(float)) != 0) {
    std::fprintf(stderr, "a sequence's scores depend on its neighbours\n");
    std::abort();
  }
}

}  // namespace shoal::fuzz
