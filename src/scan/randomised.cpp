// SPDX-License-Identifier: MIT
#include "scan/randomised.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "network/randomise.hpp"

namespace shoal::scan {

void add_randomised(std::int64_t copies, std::uint64_t seed, std::vector<NamedNetwork>& networks) {
  if (copies < 0) fail(ErrorCode::config, fmt::format("--randomise {}: must not be negative", copies));
  if (copies == 0) return;
  std::vector<NamedNetwork> all;
  for (NamedNetwork const& named : networks) {
    if (!named.network->members.empty()) {
      fail(ErrorCode::config, "--randomise and --average exclude each other: an ensemble has no last layer");
    }
    all.push_back(named);
    std::int64_t const most = std::min(copies, network::randomisable_layers(*named.network));
    for (std::int64_t layers = 1; layers <= most; ++layers) {
      NamedNetwork copy = named;
      copy.name = fmt::format("{}.randomised-{}", named.name, layers);
      copy.network = network::randomise(*named.network, layers, seed);
      copy.randomised_from = named.name;
      copy.randomised_layers = layers;
      all.push_back(std::move(copy));
    }
  }
  networks = std::move(all);
}

}  // namespace shoal::scan
