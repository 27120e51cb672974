// SPDX-License-Identifier: MIT
#include "scan/named_tasks.hpp"

#include <fmt/core.h>

#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::scan {

namespace {

[[noreturn]] void refuse(std::string const& text, std::string const& why) {
  fail(ErrorCode::config, fmt::format("--task {}: {}; expected NAME=NETWORK:HEAD,NETWORK:HEAD", quoted(text), why));
}

// The network whose name comes before a colon. Names may hold colons, so the longest name that fits is taken.
NamedNetwork* network_of(std::string_view item, std::vector<NamedNetwork>& networks) {
  NamedNetwork* found = nullptr;
  for (NamedNetwork& named : networks) {
    if (!item.starts_with(named.name + ":")) continue;
    if (found == nullptr || named.name.size() > found->name.size()) found = &named;
  }
  return found;
}

void add_task(std::string const& text, std::vector<NamedNetwork>& networks, std::set<std::string>& names) {
  std::size_t const equals = text.find('=');
  std::string const name(trim(text.substr(0, equals)));
  if (equals == std::string::npos || name.empty()) refuse(text, "it gives no name");
  if (!names.insert(name).second) refuse(text, fmt::format("there are two tasks {}", quoted(name)));
  std::set<NamedNetwork const*> listed;
  for (std::string_view const piece : split(std::string_view(text).substr(equals + 1), ',')) {
    std::string_view const item = trim(piece);
    NamedNetwork* const network = network_of(item, networks);
    if (network == nullptr) {
      std::vector<std::string> known;
      for (NamedNetwork const& named : networks) known.push_back(named.name);
      refuse(text, fmt::format("{} names none of the networks {}", quoted(item), join(known, ", ")));
    }
    std::string const head(trim(item.substr(network->name.size() + 1)));
    if (head.empty()) refuse(text, fmt::format("{} names no head", quoted(item)));
    if (!listed.insert(network).second) refuse(text, fmt::format("it lists {} twice", network->name));
    network->heads.push_back({name, head});
  }
}

}  // namespace

void name_tasks(std::vector<std::string> const& texts, std::vector<NamedNetwork>& networks) {
  if (texts.empty()) return;
  std::set<std::string> names;
  for (std::string const& text : texts) add_task(text, networks, names);
  for (NamedNetwork const& named : networks) {
    if (!named.heads.empty()) continue;
    fail(ErrorCode::config, fmt::format("the network {} has no task: name one of its heads in a --task", named.name));
  }
}

std::vector<network::Task> tasks_of(NamedNetwork const& network, network::TaskSelection const& selection) {
  if (network.heads.empty()) return network::select_tasks(*network.network, selection);
  std::vector<network::Task> tasks;
  for (NamedHead const& named : network.heads) {
    network::TaskSelection one = selection;
    one.heads = {named.head};
    auto found = network::select_tasks(*network.network, one);
    if (found.size() != 1) {
      fail(ErrorCode::config, fmt::format("--task {}: the head {} of {} has {} tracks; choose with {}:TRACK",
                                          named.task, quoted(named.head), network.name, found.size(), named.head));
    }
    found.front().name = named.task;
    tasks.push_back(std::move(found.front()));
  }
  return tasks;
}

std::string heads_text(NamedNetwork const& network) {
  std::vector<std::string> texts;
  for (NamedHead const& named : network.heads) texts.push_back(fmt::format("{}={}", named.task, named.head));
  return join(texts, ",");
}

std::string own_reductions(NamedNetwork const& network, network::TaskSelection const& selection) {
  std::vector<std::string> texts;
  for (network::Task const& task : tasks_of(network, selection)) {
    if (task.reduction == selection.reduction) continue;
    texts.push_back(
        fmt::format("{}: {}: {}", task.name, network::to_string(task.reduction), network::definition(task.reduction)));
  }
  return join(texts, " | ");
}

}  // namespace shoal::scan
