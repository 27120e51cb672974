// SPDX-License-Identifier: MIT
#include "network/head_text.hpp"

#include <fmt/core.h>

#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::network {

namespace {

Node const& node_at(Network const& network, int index) {
  return network.nodes[static_cast<std::size_t>(index)];
}

// Whether the node is the activation that a Conv1D or Dense layer carries: "conv1d_1/relu" after "conv1d_1".
bool is_fused(Network const& network, int index) {
  Node const& node = node_at(network, index);
  bool const activates = std::holds_alternative<Activate>(node.layer) || std::holds_alternative<Softmax>(node.layer);
  if (!activates || node.first_input() < 0) return false;
  Node const& carrier = node_at(network, node.first_input());
  return node.class_name == carrier.class_name && node.name.starts_with(carrier.name + "/");
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

[[noreturn]] void refuse_unknown(Network const& network, std::string_view head) {
  std::vector<std::string> outputs, layers;
  for (std::size_t i = 0; i < network.outputs.size(); ++i) {
    outputs.push_back(fmt::format("{} ({})", layer_name(network, network.outputs[i]), i));
  }
  for (std::size_t i = 1; i < network.nodes.size(); ++i) {
    if (!is_fused(network, static_cast<int>(i))) layers.push_back(network.nodes[i].name);
  }
  fail(ErrorCode::config, fmt::format("{} has no head {}: its outputs are {}; its layers are {}; a head is NAME, "
                                      "INDEX, NAME:TRACK or NAME:TRACKS as in "
                                      "0+3-7, and @REDUCTION may follow",
                                      network.source, shoal::quoted(head), join(outputs, ", "), join(layers, ", ")));
}

// "0", "3-7" and such joined by "+", each track once; nothing when it is not that.
std::optional<std::vector<std::int64_t>> parse_tracks(std::string_view text) {
  constexpr std::int64_t most = 1 << 20;
  std::set<std::int64_t> tracks;
  for (std::string_view const piece : split(text, '+')) {
    std::size_t const dash = piece.find('-', 1);
    auto const first = parse_integer(piece.substr(0, dash));
    auto const last = dash == std::string_view::npos ? first : parse_integer(piece.substr(dash + 1));
    if (!first || !last || *last < *first || *last - *first >= most) return std::nullopt;
    for (std::int64_t track = *first; track <= *last; ++track) {
      if (!tracks.insert(track).second) return std::nullopt;
    }
  }
  return std::vector<std::int64_t>(tracks.begin(), tracks.end());
}

// NAME[:TRACKS]. A layer's name may hold a colon: the whole text is tried first.
std::optional<Head> find_tracks(Network const& network, std::string_view text) {
  if (auto const whole = find_head(network, text)) return Head{*whole, {}, {}};
  std::size_t const colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto const node = find_head(network, text.substr(0, colon));
  auto const tracks = parse_tracks(text.substr(colon + 1));
  if (!node || !tracks) return std::nullopt;
  return Head{*node, *tracks, std::string(text.substr(colon + 1))};
}

}  // namespace

std::string layer_name(Network const& network, int index) {
  return node_at(network, is_fused(network, index) ? node_at(network, index).first_input() : index).name;
}

std::optional<int> find_head(Network const& network, std::string_view head) {
  if (auto const named = value_of(network, std::string(head))) return named;
  std::optional<std::int64_t> const index = parse_integer(head);
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(network.outputs.size())) return std::nullopt;
  return network.outputs[static_cast<std::size_t>(*index)];
}

Head parse_head(Network const& network, std::string_view text) {
  auto const found = find_tracks(network, text);
  if (!found) refuse_unknown(network, text);
  return *found;
}

HeadText parse_head_text(Network const& network, std::string_view text, ProfileReduction const& otherwise) {
  std::size_t const at = text.rfind('@');
  if (at == std::string_view::npos || find_tracks(network, text)) return {text, otherwise};
  std::size_t const dash = text.find(" - ");
  bool const ends_in_head = dash != std::string_view::npos && find_tracks(network, trim(text.substr(dash + 3)));
  if (ends_in_head) return {text, otherwise};
  std::string const option = fmt::format("--head {}@", text.substr(0, at));
  return {trim(text.substr(0, at)), parse_reduction(text.substr(at + 1), option)};
}

}  // namespace shoal::network
