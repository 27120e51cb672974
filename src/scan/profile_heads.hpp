// SPDX-License-Identifier: MIT
// Heads whose whole profiles are wanted, with every position as a value of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::scan {

// One track of one head, or what a head chosen by --head stands for (a mean over tracks, a difference of heads).
struct ProfileHead {
  std::string name;  // "HEAD" or "HEAD:TRACK"
  std::int64_t positions = 1;
  // Bases of the input per position, from the strides between input and head; the positions lie in the middle of the
  // input. 0 where the graph does not tell, as after a dense layer that makes positions.
  std::int64_t bases_per_position = 0;
};

struct ProfileSelection {
  std::vector<ProfileHead> heads;
  std::vector<network::Task> tasks;  // every position of the first head, then of the next: plain numbers
};

// What a selection without a reduction or transforms chooses. Errors: config, for a reduction other than scalar, for
// heads of one task (of an average, or a difference) that have not as many positions, and for more than a million
// values per sequence; those of network::select_tasks.
ProfileSelection select_profiles(network::Network const& network, network::TaskSelection const& selection);

}  // namespace shoal::scan
