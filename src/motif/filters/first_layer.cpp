// SPDX-License-Identifier: MIT
#include "motif/filters/first_layer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
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

// Whether a node only shifts and scales the value `index`.
bool shifts_or_scales(Network const& network, Node const& node, int index) {
  if (is_a<network::BatchNorm>(node) || is_a<network::LayerNorm>(node) || is_a<network::Identity>(node)) return true;
  if (!is_a<network::Add>(node) && !is_a<network::Multiply>(node)) return false;
  return std::ranges::all_of(
      node.inputs, [&](int input) { return input == index || is_a<network::Constant>(network.nodes[at(input)]); });
}

// The node of the convolution's activation, or the last one before something else happens to its values.
int end_of_layer(Network const& network, int convolution) {
  int last = convolution;
  for (;;) {
    auto const readers = readers_of(network, last);
    if (readers.size() != 1) return last;
    Node const& next = network.nodes[at(readers.front())];
    if (is_a<network::Activate>(next)) return readers.front();
    if (!shifts_or_scales(network, next, last)) return last;
    last = readers.front();
  }
}

}  // namespace

FirstLayer first_layer(Network const& network) {
  if (!network.members.empty()) {
    fail(ErrorCode::config, "filters are those of single networks, not of an average of several");
  }
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    Node const& node = network.nodes[i];
    auto const* const convolution = std::get_if<network::Conv1D>(&node.layer);
    if (convolution == nullptr) continue;
    std::int64_t const padding = padding_before(network, node);
    if (padding < 0) continue;
    int const last = end_of_layer(network, static_cast<int>(i));
    auto part = std::make_shared<Network>(network);
    part->nodes.resize(at(last) + 1);
    part->outputs = {last};
    Node const& end = part->nodes.back();
    std::int64_t const left =
        network::slide(*convolution, network.nodes[at(node.first_input())].shape.positions).pad_left;
    std::int64_t const middle = (convolution->width - 1) * convolution->dilation / 2;
    return {part, end.name, end.shape.positions, end.shape.channels, convolution->stride, middle - left - padding};
  }
  fail(ErrorCode::config, fmt::format("{}: no convolution reads the sequence", network.source));
}

}  // namespace shoal::motif
