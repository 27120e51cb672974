// SPDX-License-Identifier: MIT
#include "network/randomise.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "kernels/philox.hpp"

namespace shoal::network {

namespace {

bool has_kernel(Layer const& layer) {
  return std::holds_alternative<Conv1D>(layer) || std::holds_alternative<ConvTranspose1D>(layer) ||
         std::holds_alternative<Dense>(layer) || std::holds_alternative<Recurrence>(layer);
}

// The arrays of a layer that training sets.
std::vector<std::vector<float>*> weights_of(Layer& layer) {
  if (auto* const each = std::get_if<Conv1D>(&layer)) return {&each->kernel, &each->bias};
  if (auto* const each = std::get_if<ConvTranspose1D>(&layer)) return {&each->kernel, &each->bias};
  if (auto* const each = std::get_if<Dense>(&layer)) return {&each->kernel, &each->bias};
  if (auto* const each = std::get_if<Recurrence>(&layer)) return {&each->kernel, &each->bias};
  if (auto* const each = std::get_if<BatchNorm>(&layer)) return {&each->scale, &each->shift};
  if (auto* const each = std::get_if<LayerNorm>(&layer)) return {&each->scale, &each->shift};
  return {};
}

// Fisher and Yates; the draws are those of (seed, node, array, place).
void permute(std::vector<float>& values, std::uint64_t seed, std::uint64_t node, std::uint32_t array) {
  for (std::size_t last = values.size(); last > 1; --last) {
    auto const draw = kernels::philox(seed, node, array, static_cast<std::uint32_t>(last)).first;
    std::swap(values[last - 1], values[kernels::bounded(draw, last)]);
  }
}

}  // namespace

std::int64_t randomisable_layers(Network const& network) {
  return std::count_if(network.nodes.begin(), network.nodes.end(),
                       [](Node const& node) { return has_kernel(node.layer); });
}

std::shared_ptr<Network const> randomise(Network const& network, std::int64_t layers, std::uint64_t seed) {
  std::int64_t const most = randomisable_layers(network);
  if (layers < 1 || layers > most) {
    fail(ErrorCode::config,
         fmt::format("{} has {} layers to randomise, {} were asked for", network.source, most, layers));
  }
  auto copy = std::make_shared<Network>(network);
  // The members' own graphs are not what is scored.
  std::int64_t left = layers;
  for (std::size_t node = copy->nodes.size(); node-- > 0 && left > 0;) {
    Layer& layer = copy->nodes[node].layer;
    std::uint32_t array = 0;
    for (auto* const weights : weights_of(layer)) permute(*weights, seed, node, array++);
    if (has_kernel(layer)) --left;
  }
  Digest digest;
  digest.update(network.digest);
  digest.update(layers);
  digest.update(static_cast<std::int64_t>(seed));
  copy->digest = digest.hex();
  return copy;
}

}  // namespace shoal::network
