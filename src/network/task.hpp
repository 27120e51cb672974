// SPDX-License-Identifier: MIT
// Tasks: which numbers of a network's values are its scores.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/forward/readout.hpp"
#include "kernels/forward/reorient.hpp"
#include "network/network.hpp"
#include "network/reduction.hpp"

namespace shoal::network {

// weight times a readout of one node's value.
struct TaskTerm {
  int node = -1;
  kernels::ReadoutShape part;
  double weight = 1.0;
};

// One number per sequence: one track of one head, or what a reduction makes of several values.
struct Task {
  std::string name;        // the head's name, with ":track" where the head has several tracks, and the reduction
  int node = -1;           // the graph's node whose value is read
  std::int64_t track = 0;  // which of the node's values

  // If not empty, the score is the sum of these instead of value `track` of `node` (that of the first term). With
  // `component` all of them are profiles of as many positions, and the score is the projection of their sum on the
  // library's first principal component (inference/forward/principal_component.hpp).
  std::vector<TaskTerm> terms = {};
  bool component = false;
  std::vector<ScoreTransform> transforms = {};  // transforms of the score, one after the other
  ProfileReduction reduction = {};              // that made the task: what its name and provenance say

  // How many numbers the forward pass gives per sequence: the profile's positions, or 1.
  std::int64_t columns() const { return component ? terms.front().part.positions : 1; }
  // True if a score depends on the other sequences of its library, among them the wild type in row 0.
  bool is_relative() const;
};

// The task's terms; one that reads a single value as a sum over it alone.
std::vector<TaskTerm> terms_of(Network const& network, Task const& task);

// Whether the task's nodes, positions and tracks are those of the network.
bool reads_from(Task const& task, Network const& network);

// What the user asked for: heads by name or index (empty: every output of the network).
struct TaskSelection {
  // NAME, INDEX, NAME:TRACK or NAME:TRACKS, with tracks as in "0+3-7" for their mean; the name of any layer is a head
  // too. "HEAD - HEAD" is the difference of two such. Each may end in "@REDUCTION", which it has instead of
  // `reduction`.
  std::vector<std::string> heads;
  bool logit = false;               // the value before the head's final activation
  ProfileReduction reduction = {};  // for heads that name no reduction themselves
  // Every sequence is scored in each of these, and the mean is its score (before transforms). None: as it is.
  std::vector<kernels::Orientation> orientations = {};

  bool is_averaged() const {
    return orientations.size() > 1 || (!orientations.empty() && !(orientations.front() == kernels::Orientation{}));
  }
};

// The tasks of a selection, in order. An ensemble's task is the mean of its members' (Network::members). Errors:
// config, naming the unknown head and listing the known ones, or the reduction that a head cannot have.
std::vector<Task> select_tasks(Network const& network, TaskSelection const& selection);

}  // namespace shoal::network
