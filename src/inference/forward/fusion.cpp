// SPDX-License-Identifier: MIT
#include "inference/forward/fusion.hpp"

#include "base/index.hpp"
#include "network/shapes.hpp"

namespace shoal::inference {

Fuser::Fuser(device::Backend const& backend, network::Network const& network, Readers const& readers,
             std::vector<Operand> const& operands)
    : backend_(backend),
      network_(network),
      readers_(readers),
      operands_(operands),
      is_absorbed_(network.nodes.size(), false) {}

bool Fuser::absorb(Fusion& fusion, int next, bool takes_pool) const {
  network::Node const& next_node = node(next);
  if (std::holds_alternative<network::Identity>(next_node.layer)) return true;
  bool const has_sum = fusion.addend.value >= 0;
  if (std::holds_alternative<network::Add>(next_node.layer))
    return takes_pool && !has_sum && absorb_sum(fusion, next_node);
  if (auto const* norm = std::get_if<network::BatchNorm>(&next_node.layer)) {
    if (has_sum || fusion.has_activation || fusion.epilogue.pool > 1) return false;
    fusion.weights.fold(*norm);
    return true;
  }
  if (auto const* activate = std::get_if<network::Activate>(&next_node.layer))
    return absorb_activation(fusion, *activate);
  auto const* pool = std::get_if<network::Pool>(&next_node.layer);
  if (pool == nullptr || !takes_pool || has_sum) return false;
  if (!is_fusible(*pool, node(next_node.first_input()).shape, fusion.epilogue)) return false;
  fusion.epilogue.pool = pool->width;
  return true;
}

bool Fuser::absorb_activation(Fusion& fusion, network::Activate const& activate) const {
  bool const has_sum = fusion.addend.value >= 0;
  bool const commutes = fusion.epilogue.pool == 1 || kernels::is_non_decreasing(activate.activation, activate.alpha);
  bool const fits_sum = !has_sum || fuses_sum({.activation = activate.activation});
  if (fusion.has_activation || !commutes || !fits_sum) return false;
  fusion.has_activation = true;
  fusion.epilogue.activation = activate.activation;
  fusion.epilogue.alpha = activate.alpha;
  fusion.epilogue.adds_first = has_sum;
  return true;
}

bool Fuser::fuses_sum(kernels::Epilogue const& epilogue) const {
  return device::dispatch(backend_, [&](auto const& space) { return kernels::fuses_sum(space, epilogue); });
}

// The sum of the fusion's value and an existing value of the same shape.
bool Fuser::absorb_sum(Fusion& fusion, network::Node const& sum) const {
  if (sum.inputs.size() != 2 || !fuses_sum(fusion.epilogue)) return false;
  int const other = sum.inputs[sum.inputs[0] == fusion.last ? 1 : 0];
  Operand const operand = operands_[at(other)];
  if (operand.value < 0 || operand.shape != sum.shape || node(fusion.last).shape != sum.shape) return false;
  fusion.addend = operand;
  return true;
}

// The epilogue pools before it activates, in whole windows side by side.
bool Fuser::is_fusible(network::Pool const& pool, network::Shape input, kernels::Epilogue const& epilogue) const {
  network::Sliding const sliding = network::slide(pool, input.positions);
  bool const is_padded = sliding.pad_left > 0 || sliding.positions * pool.width > input.positions;
  if (epilogue.pool > 1 || pool.kind != network::PoolKind::max || pool.stride != pool.width || is_padded) return false;
  if (!kernels::is_non_decreasing(epilogue.activation, epilogue.alpha)) return false;
  return device::dispatch(backend_, [&](auto const& space) { return kernels::fuses_max_pool(space, pool.width); });
}

Fusion Fuser::fuse(int i, FoldedWeights weights, bool takes_pool) {
  Fusion fusion{.weights = std::move(weights), .epilogue = {}, .last = i};
  for (int next = readers_.only_reader(i); next >= 0 && absorb(fusion, next, takes_pool);
       next = readers_.only_reader(next)) {
    is_absorbed_[at(next)] = true;
    fusion.last = next;
  }
  return fusion;
}

network::Activate Fuser::take_activation(int i, int& last) {
  last = i;
  int next = readers_.only_reader(i);
  while (next >= 0 && std::holds_alternative<network::Identity>(node(next).layer)) next = readers_.only_reader(next);
  auto const* const activate = next < 0 ? nullptr : std::get_if<network::Activate>(&node(next).layer);
  if (activate == nullptr) return {};
  while (last != next) {
    last = readers_.only_reader(last);
    is_absorbed_[at(last)] = true;
  }
  return *activate;
}

}  // namespace shoal::inference
