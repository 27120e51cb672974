// SPDX-License-Identifier: MIT
// select_tasks: heads named by the user → nodes and tracks of the network.
#include <fmt/core.h>

#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/scorer.hpp"

namespace shoal::model {

namespace {

Node const& node_at(Network const& network, int index) {
  return network.nodes[static_cast<std::size_t>(index)];
}

// Whether the node is the activation that a Conv1D or Dense layer carries: "conv1d_1/relu" after "conv1d_1".
bool is_fused(Network const& network, int index) {
  Node const& node = node_at(network, index);
  if (!std::holds_alternative<Activate>(node.layer) || node.first_input() < 0) return false;
  Node const& carrier = node_at(network, node.first_input());
  return node.class_name == carrier.class_name && node.name.starts_with(carrier.name + "/");
}

// The layer's name as the file has it.
std::string layer_name(Network const& network, int index) {
  return node_at(network, is_fused(network, index) ? node_at(network, index).first_input() : index).name;
}

// The node that holds the value of the layer called `name`, its own activation applied.
std::optional<int> value_of(Network const& network, std::string const& name) {
  int const found = network.find(name);
  if (found < 0) return std::nullopt;
  for (int next = found + 1; next < static_cast<int>(network.nodes.size()); ++next) {
    if (node_at(network, next).first_input() == found && is_fused(network, next)) return next;
  }
  return found;
}

struct Head {
  int node = -1;
  std::optional<std::int64_t> track;
};

[[noreturn]] void refuse_unknown(Network const& network, std::string_view head) {
  std::vector<std::string> outputs, layers;
  for (std::size_t i = 0; i < network.outputs.size(); ++i) {
    outputs.push_back(fmt::format("{} ({})", layer_name(network, network.outputs[i]), i));
  }
  for (std::size_t i = 1; i < network.nodes.size(); ++i) {
    if (!is_fused(network, static_cast<int>(i))) layers.push_back(network.nodes[i].name);
  }
  fail(ErrorCode::config,
       fmt::format("{} has no head {}: its outputs are {}; its layers are {}; a head is NAME, INDEX or NAME:TRACK",
                   network.source, shoal::quoted(head), join(outputs, ", "), join(layers, ", ")));
}

// NAME or INDEX, without a track.
std::optional<int> find_head(Network const& network, std::string_view head) {
  if (auto const named = value_of(network, std::string(head))) return named;
  std::optional<std::int64_t> const index = parse_integer(head);
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(network.outputs.size())) return std::nullopt;
  return network.outputs[static_cast<std::size_t>(*index)];
}

// A layer's name may hold a colon: the whole text is tried first.
Head parse_head(Network const& network, std::string_view text) {
  if (auto const whole = find_head(network, text)) return {*whole, std::nullopt};
  std::size_t const colon = text.rfind(':');
  if (colon == std::string_view::npos) refuse_unknown(network, text);
  auto const node = find_head(network, text.substr(0, colon));
  std::optional<std::int64_t> const track = parse_integer(text.substr(colon + 1));
  if (!node || !track) refuse_unknown(network, text);
  return {*node, track};
}

// Steps back over layers that do nothing at inference, then over the last activation.
int before_activation(Network const& network, int head) {
  int index = head;
  while (std::holds_alternative<Identity>(node_at(network, index).layer)) index = node_at(network, index).first_input();
  return std::holds_alternative<Activate>(node_at(network, index).layer) ? node_at(network, index).first_input() : head;
}

void add_tasks(Network const& network, Head const& head, bool logit, std::vector<Task>& tasks) {
  std::string const name = layer_name(network, head.node);
  Shape const shape = node_at(network, head.node).shape;
  if (shape.positions != 1) {
    fail(ErrorCode::config, fmt::format("head {} of {} is a profile of {} positions and {} tracks; reducing a profile "
                                        "to one number is not supported yet: choose a head of one position",
                                        shoal::quoted(name), network.source, shape.positions, shape.channels));
  }
  if (head.track && (*head.track < 0 || *head.track >= shape.channels)) {
    fail(ErrorCode::config, fmt::format("head {} of {} has no track {}: its tracks are 0 to {}", shoal::quoted(name),
                                        network.source, *head.track, shape.channels - 1));
  }
  int const node = logit ? before_activation(network, head.node) : head.node;
  std::int64_t const first = head.track.value_or(0), end = head.track ? first + 1 : shape.channels;
  for (std::int64_t track = first; track < end; ++track) {
    tasks.push_back({shape.channels == 1 ? name : fmt::format("{}:{}", name, track), node, track});
  }
}

}  // namespace

std::vector<Task> select_tasks(Network const& network, TaskSelection const& selection) {
  std::vector<Head> heads;
  for (std::string const& text : selection.heads) heads.push_back(parse_head(network, text));
  if (selection.heads.empty()) {
    for (int const output : network.outputs) heads.push_back({output, std::nullopt});
  }
  std::vector<Task> tasks;
  for (Head const& head : heads) add_tasks(network, head, selection.logit, tasks);
  std::set<std::string> names;
  for (Task const& task : tasks) {
    if (!names.insert(task.name).second) {
      fail(ErrorCode::config, fmt::format("head {} of {} is chosen twice", shoal::quoted(task.name), network.source));
    }
  }
  return tasks;
}

}  // namespace shoal::model
