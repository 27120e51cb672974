// SPDX-License-Identifier: MIT
#include "inference/forward/value_readers.hpp"

#include "base/error.hpp"
#include "base/index.hpp"

namespace shoal::inference {

Readers::Readers(network::Network const& network, std::vector<network::Task> const& tasks)
    : readers_(network.nodes.size()),
      is_read_by_task_(network.nodes.size(), false),
      meets_positions_(network.nodes.size(), false) {
  for (network::Task const& task : tasks) {
    if (!network::reads_from(task, network)) {
      fail(ErrorCode::config, "task '" + task.name + "' is not in the network " + network.source);
    }
    if (task.terms.empty()) is_read_by_task_[at(task.node)] = true;
    for (network::TaskTerm const& term : task.terms) is_read_by_task_[at(term.node)] = true;
  }
  for (int i = static_cast<int>(network.nodes.size()) - 1; i >= 0; --i) {
    if (!is_needed(i)) continue;
    bool const meets_positions = meets_positions_[at(i)] || network.nodes[at(i)].shape.positions > 1;
    for (int const input : network.nodes[at(i)].inputs) {
      readers_[at(input)].push_back(i);
      if (meets_positions) meets_positions_[at(input)] = true;
    }
  }
}

bool Readers::is_needed(int node) const {
  return is_read_by_task_[at(node)] || !readers_[at(node)].empty();
}

int Readers::only_reader(int i) const {
  return !is_read_by_task_[at(i)] && readers_[at(i)].size() == 1 ? readers_[at(i)].front() : -1;
}

}  // namespace shoal::inference
