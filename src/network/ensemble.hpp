// SPDX-License-Identifier: MIT
// Several networks scored as their mean.
#pragma once

#include <memory>
#include <vector>

#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::network {

// One network that holds the members side by side on one input: node i > 0 of member m is called "m/NAME", and the
// outputs are all members' outputs, one member after the other. Errors: config, for fewer than two members or members
// that read sequences of different lengths.
std::shared_ptr<Network const> average_networks(std::vector<std::shared_ptr<Network const>> const& members);

// select_tasks of an ensemble: heads are looked up in every member; task k is the mean of the members' k-th tasks,
// before any transform, and is called as the first member's. Errors: config, also when the members have not as many
// tasks, or profiles of different lengths for a component.
std::vector<Task> select_average_tasks(Network const& ensemble, TaskSelection const& selection);

}  // namespace shoal::network
