// SPDX-License-Identifier: MIT
#include "motif/filters/first_layer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "kernels/forward/activation.hpp"
#include "kernels/space.hpp"
#include "network/shapes.hpp"

namespace shoal::motif {

namespace {

using network::Network;
using network::Node;

template <class Kind>
bool is_a(Node const& node) {
  return std::holds_alternative<Kind>(node.layer);
}

// The padding between the sequence and the node's input, or -1 where something else lies between them.
std::int64_t padding_before(Network const& network, Node const& node) {
  std::int64_t padding = 0;
  int from = node.first_input();
  while (from >= 0) {
    Node const& before = network.nodes[at(from)];
    if (is_a<network::InputLayer>(before)) return padding;
    if (is_a<network::Pad>(before)) {
      padding += std::get<network::Pad>(before.layer).left;
    } else if (!is_a<network::Identity>(before)) {
      return -1;
    }
    from = before.first_input();
  }
  return -1;
}

std::vector<int> readers_of(Network const& network, int index) {
  std::vector<int> readers;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    auto const& inputs = network.nodes[i].inputs;
    if (std::ranges::find(inputs, index) != inputs.end()) readers.push_back(static_cast<int>(i));
  }
  return readers;
}

// What follows a convolution alone: normalisations, and the first activation.
std::vector<int> followers(Network const& network, int convolution) {
  std::vector<int> nodes;
  int last = convolution;
  for (;;) {
    auto const readers = readers_of(network, last);
    if (readers.size() != 1) return nodes;
    Node const& next = network.nodes[at(readers.front())];
    bool const is_activation = is_a<network::Activate>(next);
    if (!is_activation && !is_a<network::BatchNorm>(next) && !is_a<network::Identity>(next)) return nodes;
    last = readers.front();
    nodes.push_back(last);
    if (is_activation) return nodes;
  }
}

}  // namespace

FirstLayer::FirstLayer(std::shared_ptr<network::Network const> network) : network_(std::move(network)) {
  if (!network_->members.empty()) {
    fail(ErrorCode::config, "filters are those of single networks, not of an average of several");
  }
  auto const& nodes = network_->nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto const* const convolution = std::get_if<network::Conv1D>(&nodes[i].layer);
    std::int64_t const padding = convolution == nullptr ? -1 : padding_before(*network_, nodes[i]);
    if (padding < 0 || convolution->groups != 1) continue;
    convolution_ = convolution;
    name_ = nodes[i].name;
    positions_ = nodes[i].shape.positions;
    left_ = padding + network::slide(*convolution, nodes[at(nodes[i].first_input())].shape.positions).pad_left;
    for (int const node : followers(*network_, static_cast<int>(i))) {
      steps_.push_back(&nodes[at(node)].layer);
      name_ = nodes[at(node)].name;
    }
    return;
  }
  fail(ErrorCode::config, fmt::format("{}: no convolution reads the sequence", network_->source));
}

void FirstLayer::evaluate(std::uint8_t const* codes, float* activations) const {
  network::Conv1D const& layer = *convolution_;
  std::int64_t const filters = layer.filters, length = network_->input_length();
  std::vector<float> values(at(positions_ * filters), 0);
  for (std::int64_t p = 0; p < positions_; ++p) {
    float* const own = values.data() + p * filters;
    if (!layer.bias.empty()) std::ranges::copy(layer.bias, own);
    for (std::int64_t k = 0; k < layer.width; ++k) {
      std::int64_t const position = p * layer.stride + k * layer.dilation - left_;
      if (position < 0 || position >= length || codes[position] > 3) continue;
      float const* const tap = layer.kernel.data() + (k * 4 + codes[position]) * filters;
      for (std::int64_t f = 0; f < filters; ++f) own[f] += tap[f];
    }
  }
  kernels::MutableValues const all{values.data(), 1, positions_, filters, positions_ * filters};
  for (network::Layer const* const step : steps_) {
    if (auto const* const norm = std::get_if<network::BatchNorm>(step)) {
      kernels::scale_shift(kernels::CpuSpace{1}, all, norm->scale.data(), norm->shift.data(), all);
    } else if (auto const* const activation = std::get_if<network::Activate>(step)) {
      kernels::activate(kernels::CpuSpace{1}, all, activation->activation, activation->alpha, all);
    }
  }
  for (std::int64_t p = 0; p < positions_; ++p) {
    for (std::int64_t f = 0; f < filters; ++f) activations[f * positions_ + p] = values[at(p * filters + f)];
  }
}

}  // namespace shoal::motif
