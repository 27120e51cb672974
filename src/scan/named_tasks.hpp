// SPDX-License-Identifier: MIT
// The tasks of a network under the names that the user gave them, so that the answers of several networks to one
// question have one name.
#pragma once

#include <string>
#include <vector>

#include "scan/scan_options.hpp"

namespace shoal::scan {

// "NAME=NETWORK:HEAD,NETWORK:HEAD": for each network listed, HEAD is the task NAME. Every text adds a task to the
// networks that it lists, in order. Errors: config, for another form, a network that is not there or is listed twice, a
// name that is given twice, and a network without a task.
void name_tasks(std::vector<std::string> const& texts, std::vector<NamedNetwork>& networks);

// What a network is asked: its named heads if it has any, otherwise the heads of `selection`; logit, reduction
// and orientations are the selection's. Errors: config, those of network::select_tasks; a named head of several tracks.
std::vector<network::Task> tasks_of(NamedNetwork const& network, network::TaskSelection const& selection);

// "NAME=HEAD,NAME=HEAD" of the named heads.
std::string heads_text(NamedNetwork const& network);

// "TASK: REDUCTION: DEFINITION | …" of the tasks whose head has another reduction than the selection's.
std::string own_reductions(NamedNetwork const& network, network::TaskSelection const& selection);

}  // namespace shoal::scan
