// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/scorer.hpp"

namespace shoal::model {

namespace {

constexpr std::int64_t every_track = -1;

struct Head {
  int node = -1;
  std::int64_t track = every_track;
};

Node const& node_of(Network const& network, int node) {
  return network.nodes[static_cast<std::size_t>(node)];
}

// A layer with an activation of its own is two nodes, "name" and "name/activation".
bool is_own_activation(Network const& network, int node) {
  Node const& candidate = node_of(network, node);
  return candidate.input >= 0 && std::holds_alternative<Activate>(candidate.layer) &&
         candidate.name.starts_with(node_of(network, candidate.input).name + "/");
}

std::string layer_name(Network const& network, int node) {
  int const named = is_own_activation(network, node) ? node_of(network, node).input : node;
  return node_of(network, named).name;
}

std::string known_heads(Network const& network) {
  std::vector<std::string> names;
  for (int const node : network.outputs) names.push_back(layer_name(network, node));
  return join(names, ", ");
}

// The node that holds the value of the layer `name`, or output number `name`; -1 when there is none.
int find_head(Network const& network, std::string const& name) {
  int const node = network.find(name);
  int const next = node + 1;
  bool const has_next = node >= 0 && next < static_cast<int>(network.nodes.size());
  if (has_next && node_of(network, next).input == node && is_own_activation(network, next)) return next;
  if (node >= 0) return node;
  auto const index = parse_integer(name);
  bool const is_output = index && *index >= 0 && *index < static_cast<std::int64_t>(network.outputs.size());
  return is_output ? network.outputs[static_cast<std::size_t>(*index)] : -1;
}

Head parse_head(Network const& network, std::string const& text) {
  // A layer's name may hold a colon: the whole text is tried first.
  if (int const node = find_head(network, text); node >= 0) return {node, every_track};
  std::size_t const colon = text.rfind(':');
  if (colon != std::string::npos) {
    int const node = find_head(network, text.substr(0, colon));
    auto const track = parse_integer(std::string_view(text).substr(colon + 1));
    if (node >= 0 && track) {
      std::int64_t const tracks = node_of(network, node).shape.size();
      if (*track >= 0 && *track < tracks) return {node, *track};
      fail(ErrorCode::config, "head " + quoted(text) + ": track " + std::to_string(*track) + " is not one of 0 to " +
                                  std::to_string(tracks - 1));
    }
  }
  fail(ErrorCode::config, "unknown head " + quoted(text) + " of " + network.source +
                              ": give a name or number of its outputs (" + known_heads(network) +
                              ") or the name of a layer, with :TRACK for one track");
}

// The node before the activation that ends a head, past layers that do nothing.
int before_activation(Network const& network, int node) {
  int at = node;
  while (at >= 0) {
    Node const& candidate = node_of(network, at);
    if (std::holds_alternative<Activate>(candidate.layer)) return candidate.input;
    if (!std::holds_alternative<Identity>(candidate.layer)) break;
    at = candidate.input;
  }
  return node;
}

}  // namespace

std::vector<Task> select_tasks(Network const& network, TaskSelection const& selection) {
  std::vector<Head> heads;
  for (std::string const& text : selection.heads) heads.push_back(parse_head(network, text));
  if (selection.heads.empty()) {
    for (int const node : network.outputs) heads.push_back({node, every_track});
  }
  std::vector<Task> tasks;
  for (Head const& head : heads) {
    std::string const name = layer_name(network, head.node);
    int const node = selection.logit ? before_activation(network, head.node) : head.node;
    std::int64_t const tracks = node_of(network, head.node).shape.size();
    std::int64_t const first = head.track == every_track ? 0 : head.track;
    std::int64_t const end = head.track == every_track ? tracks : head.track + 1;
    for (std::int64_t track = first; track < end; ++track) {
      tasks.push_back({tracks == 1 ? name : name + ":" + std::to_string(track), node, track});
    }
  }
  return tasks;
}

}  // namespace shoal::model
