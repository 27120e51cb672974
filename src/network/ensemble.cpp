// SPDX-License-Identifier: MIT
#include "network/ensemble.hpp"

#include <fmt/core.h>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::network {

namespace {

// Index in the ensemble of a member's node, `first` being that of its node 1: the members share node 0, the input.
int shifted(int node, int first) {
  return node <= 0 ? node : node - 1 + first;
}

void append_member(Network const& member, std::size_t number, Network& ensemble) {
  int const first = static_cast<int>(ensemble.nodes.size());
  for (std::size_t i = 1; i < member.nodes.size(); ++i) {
    Node node = member.nodes[i];
    node.name = fmt::format("{}/{}", number, node.name);
    for (int& input : node.inputs) input = shifted(input, first);
    ensemble.nodes.push_back(std::move(node));
  }
  for (int const output : member.outputs) ensemble.outputs.push_back(shifted(output, first));
}

// The mean of one task of every member.
Task average(std::vector<Task> const& tasks, std::vector<Network const*> const& members,
             std::vector<int> const& firsts) {
  Task mean = tasks.front();
  mean.node = shifted(mean.node, firsts.front());
  mean.terms.clear();
  for (std::size_t m = 0; m < members.size(); ++m) {
    for (TaskTerm term : terms_of(*members[m], tasks[m])) {
      term.node = shifted(term.node, firsts[m]);
      term.weight /= static_cast<double>(members.size());
      mean.terms.push_back(term);
    }
    if (mean.component && mean.terms.back().part.positions != mean.columns()) {
      fail(ErrorCode::config, fmt::format("the profiles of task {} have not as many positions in {} as in {}",
                                          quoted(mean.name), members[m]->source, members.front()->source));
    }
  }
  return mean;
}

}  // namespace

std::shared_ptr<Network const> average_networks(std::vector<std::shared_ptr<Network const>> const& members) {
  if (members.size() < 2) fail(ErrorCode::config, "an average needs at least two networks");
  auto ensemble = std::make_shared<Network>();
  ensemble->members = members;
  ensemble->nodes.push_back(members.front()->nodes.front());
  std::vector<std::string> sources;
  Digest digest;
  for (std::size_t m = 0; m < members.size(); ++m) {
    Network const& member = *members[m];
    if (member.input_length() != members.front()->input_length()) {
      fail(ErrorCode::config,
           fmt::format("an average needs networks of one input length: {} reads {} bases, {} reads "
                       "{}",
                       members.front()->source, members.front()->input_length(), member.source, member.input_length()));
    }
    sources.push_back(member.source);
    digest.update(member.digest);
    append_member(member, m, *ensemble);
  }
  ensemble->source = "the mean of " + join(sources, ", ");
  ensemble->digest = digest.hex();
  return ensemble;
}

std::vector<Task> select_average_tasks(Network const& ensemble, TaskSelection const& selection) {
  std::vector<Network const*> members;
  std::vector<int> firsts;
  std::vector<std::vector<Task>> tasks;
  int next = 1;
  for (auto const& member : ensemble.members) {
    members.push_back(member.get());
    firsts.push_back(next);
    next += static_cast<int>(member->nodes.size()) - 1;
    tasks.push_back(select_tasks(*member, selection));
    if (tasks.back().size() != tasks.front().size()) {
      fail(ErrorCode::config,
           fmt::format("{} has {} tasks, but {} has {}: choose heads that both have, with --head", member->source,
                       tasks.back().size(), members.front()->source, tasks.front().size()));
    }
  }
  std::vector<Task> means;
  for (std::size_t t = 0; t < tasks.front().size(); ++t) {
    std::vector<Task> same;
    for (auto const& of_member : tasks) same.push_back(of_member[t]);
    means.push_back(average(same, members, firsts));
  }
  return means;
}

}  // namespace shoal::network
