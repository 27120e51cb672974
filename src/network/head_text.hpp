// SPDX-License-Identifier: MIT
// --head: texts that name heads, their tracks and their reductions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/network.hpp"
#include "network/reduction.hpp"

namespace shoal::network {

// A node and its tracks that were asked for; no tracks: each of them on its own.
struct Head {
  int node = -1;
  std::vector<std::int64_t> tracks;  // rising
  std::string tracks_text;           // as it was written
};

// The text before a reduction, and the reduction.
struct HeadText {
  std::string_view heads;
  ProfileReduction reduction;
};

// The name that the layer has in the file, of the node that holds its value.
std::string layer_name(Network const& network, int index);

// NAME or INDEX, without a track.
std::optional<int> find_head(Network const& network, std::string_view head);

// NAME[:TRACKS]. Errors: config, naming the known heads.
Head parse_head(Network const& network, std::string_view text);

// "HEADS@REDUCTION"; a text without a reduction, or a head whose name holds an "@", has `otherwise`. Errors: config,
// for no reduction, listing them.
HeadText parse_head_text(Network const& network, std::string_view text, ProfileReduction const& otherwise);

}  // namespace shoal::network
