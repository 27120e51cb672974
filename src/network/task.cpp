// SPDX-License-Identifier: MIT
// select_tasks: heads named by the user → nodes and tracks of the network.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "network/ensemble.hpp"
#include "network/head_text.hpp"
#include "network/task.hpp"

namespace shoal::network {

namespace {

Node const& node_at(Network const& network, int index) {
  return network.nodes[static_cast<std::size_t>(index)];
}

// Steps back over layers that do nothing at inference, then over the last activation.
int before_activation(Network const& network, int head) {
  int index = head;
  while (std::holds_alternative<Identity>(node_at(network, index).layer)) index = node_at(network, index).first_input();
  return std::holds_alternative<Activate>(node_at(network, index).layer) ? node_at(network, index).first_input() : head;
}

void check_tracks(Network const& network, Head const& head) {
  std::int64_t const channels = node_at(network, head.node).shape.channels;
  for (std::int64_t const track : head.tracks) {
    if (track >= 0 && track < channels) continue;
    fail(ErrorCode::config,
         fmt::format("head {} of {} has no track {}: its tracks are 0 to {}",
                     shoal::quoted(layer_name(network, head.node)), network.source, track, channels - 1));
  }
}

// What every term of a head's tasks reads. Errors: config, when the head has not the positions for it.
kernels::ReadoutShape part_of(Network const& network, Head const& head, ProfileReduction const& reduction) {
  using kernels::ReadoutKind;
  std::string const name = shoal::quoted(layer_name(network, head.node));
  Shape const shape = node_at(network, head.node).shape;
  kernels::ReadoutShape part{.kind = ReadoutKind::sum, .positions = shape.positions};
  switch (reduction.reducer) {
    case Reducer::scalar:
      if (shape.positions == 1) return part;
      fail(ErrorCode::config,
           fmt::format("head {} of {} is a profile of {} positions and {} tracks: say how it becomes one number, with "
                       "--reduce sum, mean, max, position:P, centre:K, pca, wn, wn-squid, profile or "
                       "profile-joint, or with --head NAME@sum for this head alone",
                       name, network.source, shape.positions, shape.channels));
    case Reducer::position:
    case Reducer::centre: {
      bool const is_centre = reduction.reducer == Reducer::centre;
      part.positions = is_centre ? reduction.argument : 1;
      part.first_position = is_centre ? (shape.positions - part.positions) / 2 : reduction.argument;
      if (part.positions <= shape.positions && part.first_position < shape.positions) return part;
      fail(ErrorCode::config, fmt::format("--reduce {}: head {} of {} has {} positions only", to_string(reduction),
                                          name, network.source, shape.positions));
    }
    case Reducer::sum:
      return part;
    case Reducer::mean:
      part.kind = ReadoutKind::mean;
      return part;
    case Reducer::max:
      part.kind = ReadoutKind::max;
      return part;
    case Reducer::wn:
      part.kind = ReadoutKind::softmax;
      return part;
    case Reducer::wn_squid:
      part.kind = ReadoutKind::softmax_tracks;
      return part;
    case Reducer::pca:
      part.kind = ReadoutKind::profile;
      return part;
    case Reducer::profile:
    case Reducer::profile_joint:
      part.kind = reduction.reducer == Reducer::profile ? ReadoutKind::centred : ReadoutKind::centred_joint;
      if (shape.positions > 1) return part;
      fail(ErrorCode::config,
           fmt::format("head {} of {} has one position, of which {} makes 0: choose the profile with --head, or read "
                       "this one with --head NAME@scalar",
                       name, network.source, to_string(reduction)));
  }
  fail(ErrorCode::internal, "a reduction without a readout");
}

// Whether the tracks are combined into one number, so that they have to be neighbours.
bool joins_tracks(Reducer reducer) {
  return reducer == Reducer::wn_squid || reducer == Reducer::profile_joint;
}

// Whether all tracks of a head make one task unless some are chosen.
bool takes_all_tracks(Reducer reducer) {
  return joins_tracks(reducer) || reducer == Reducer::wn || reducer == Reducer::profile;
}

// The mean over ascending `tracks`: one term per run of neighbours.
std::vector<TaskTerm> mean_over(std::vector<std::int64_t> const& tracks, int node, kernels::ReadoutShape part) {
  std::vector<TaskTerm> terms;
  for (std::int64_t const track : tracks) {
    if (terms.empty() || terms.back().part.first_track + terms.back().part.tracks != track) {
      part.first_track = track;
      part.tracks = 0;
      terms.push_back({node, part, 1.0 / static_cast<double>(tracks.size())});
    }
    ++terms.back().part.tracks;
  }
  return terms;
}

Task task_of(Network const& network, Head const& head, std::vector<std::int64_t> const& tracks,
             std::string const& track_name, TaskSelection const& selection) {
  ProfileReduction const& reduction = selection.reduction;
  std::string const name = layer_name(network, head.node);
  Task task{.name = (track_name.empty() ? name : name + ":" + track_name) + suffix(reduction),
            .node = selection.logit ? before_activation(network, head.node) : head.node,
            .track = tracks.front()};
  task.transforms = reduction.transforms;
  task.reduction = reduction;
  task.component = reduction.reducer == Reducer::pca;
  if (reduction.reducer != Reducer::scalar || tracks.size() > 1) {
    task.terms = mean_over(tracks, task.node, part_of(network, head, reduction));
  }
  if (joins_tracks(reduction.reducer) && task.terms.size() > 1) {
    fail(ErrorCode::config, fmt::format("--reduce {}: the tracks {} of head {} are no neighbours", to_string(reduction),
                                        track_name, shoal::quoted(name)));
  }
  if (reduction.reducer == Reducer::profile_joint) task.terms.front().weight = 1.0;
  return task;
}

// The tasks of one head without a difference.
std::vector<Task> tasks_of(Network const& network, Head const& head, TaskSelection const& selection) {
  check_tracks(network, head);
  part_of(network, head, selection.reduction);
  std::vector<std::int64_t> all(static_cast<std::size_t>(node_at(network, head.node).shape.channels));
  for (std::size_t track = 0; track < all.size(); ++track) all[track] = static_cast<std::int64_t>(track);
  if (!head.tracks.empty()) {
    return {task_of(network, head, head.tracks, all.size() == 1 ? "" : head.tracks_text, selection)};
  }
  if (takes_all_tracks(selection.reduction.reducer)) return {task_of(network, head, all, "", selection)};
  std::vector<Task> tasks;
  for (std::int64_t const track : all) {
    tasks.push_back(
        task_of(network, head, {track}, all.size() == 1 ? std::string() : fmt::format("{}", track), selection));
  }
  return tasks;
}

// "HEAD", "HEAD - HEAD", and the same with "@REDUCTION". A layer's name may hold such a dash: only where the whole text
// is no head.
std::vector<Task> tasks_of(Network const& network, std::string_view written, TaskSelection const& chosen) {
  constexpr std::string_view minus = " - ";
  auto const [text, reduction] = parse_head_text(network, written, chosen.reduction);
  TaskSelection selection = chosen;
  selection.reduction = reduction;
  std::size_t const dash = text.find(minus);
  if (dash == std::string_view::npos || find_head(network, text)) {
    return tasks_of(network, parse_head(network, text), selection);
  }
  std::vector<Task> sides[2];
  std::string_view const texts[2] = {trim(text.substr(0, dash)), trim(text.substr(dash + minus.size()))};
  for (int side = 0; side < 2; ++side) {
    sides[side] = tasks_of(network, parse_head(network, texts[side]), selection);
    if (sides[side].size() == 1) continue;
    fail(ErrorCode::config, fmt::format("head {}: {} has {} tracks; a difference takes one of each, or a set: NAME:0+2",
                                        shoal::quoted(text), shoal::quoted(texts[side]), sides[side].size()));
  }
  Task task = sides[0].front();
  std::string const end = suffix(selection.reduction);
  task.name = task.name.substr(0, task.name.size() - end.size()) + "-" + sides[1].front().name;
  task.terms = terms_of(network, task);
  for (TaskTerm term : terms_of(network, sides[1].front())) {
    term.weight = -term.weight;
    task.terms.push_back(term);
  }
  if (task.component && task.terms.back().part.positions != task.columns()) {
    fail(ErrorCode::config, fmt::format("head {}: the two profiles have not as many positions", shoal::quoted(text)));
  }
  return {task};
}

bool contains(Network const& network, TaskTerm const& term) {
  if (term.node < 0 || static_cast<std::size_t>(term.node) >= network.nodes.size()) return false;
  Shape const shape = node_at(network, term.node).shape;
  kernels::ReadoutShape const& part = term.part;
  return part.first_position >= 0 && part.positions > 0 && part.first_position + part.positions <= shape.positions &&
         part.first_track >= 0 && part.tracks > 0 && part.first_track + part.tracks <= shape.channels;
}

}  // namespace

bool Task::is_relative() const {
  return component ||
         std::find(transforms.begin(), transforms.end(), ScoreTransform::log2_fold_change) != transforms.end();
}

std::vector<TaskTerm> terms_of(Network const& network, Task const& task) {
  if (!task.terms.empty()) return task.terms;
  std::int64_t const channels = node_at(network, task.node).shape.channels;
  return {{.node = task.node,
           .part = {.first_position = task.track / channels, .first_track = task.track % channels},
           .weight = 1.0}};
}

bool reads_from(Task const& task, Network const& network) {
  if (task.node < 0 || static_cast<std::size_t>(task.node) >= network.nodes.size()) return false;
  if (task.track < 0 || task.track >= node_at(network, task.node).shape.size()) return false;
  return std::all_of(task.terms.begin(), task.terms.end(),
                     [&](TaskTerm const& term) { return contains(network, term); });
}

std::vector<Task> select_tasks(Network const& network, TaskSelection const& selection) {
  if (!network.members.empty()) return select_average_tasks(network, selection);
  std::vector<Task> tasks;
  for (std::string const& text : selection.heads) {
    for (Task& task : tasks_of(network, text, selection)) tasks.push_back(std::move(task));
  }
  for (int const output : network.outputs) {
    if (!selection.heads.empty()) break;
    for (Task& task : tasks_of(network, Head{output, {}, {}}, selection)) tasks.push_back(std::move(task));
  }
  std::set<std::string> names;
  for (Task& task : tasks) {
    if (selection.is_averaged()) task.terms = terms_of(network, task);
    if (!names.insert(task.name).second) {
      fail(ErrorCode::config, fmt::format("head {} of {} is chosen twice", shoal::quoted(task.name), network.source));
    }
  }
  return tasks;
}

}  // namespace shoal::network
