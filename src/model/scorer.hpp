// SPDX-License-Identifier: MIT
// Scores packed sequences with a network: the batched forward pass on either backend.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "device/buffer.hpp"
#include "kernels/packed.hpp"
#include "model/network.hpp"

namespace shoal::model {

// One number a sequence: one track of one head.
struct Task {
  std::string name;        // the head's name, with ":track" where the head has several tracks
  int node = -1;           // the graph's node whose value is read
  std::int64_t track = 0;  // which of the node's values
};

// What the user asked for: heads by name or index (empty: every output of the network).
struct TaskSelection {
  std::vector<std::string> heads;  // NAME, INDEX or NAME:TRACK; any layer's name is a head too
  bool logit = false;              // the value before the head's final activation
};

// The tasks of a selection, in order. Errors: config, naming the unknown head and listing the known ones.
std::vector<Task> select_tasks(Network const& network, TaskSelection const& selection);

// The forward pass, planned once for a network, a backend and a set of tasks. A mutant's scores depend on its own
// sequence only: never on the batch, its neighbours or the thread that computes it. Not for concurrent use; several
// scorers may share one Network.
class Scorer {
 public:
  // `batch`: sequences in flight per thread (CPU) or per launch (CUDA); 0 chooses by memory.
  Scorer(device::Backend const& backend, std::shared_ptr<Network const> network, std::vector<Task> tasks,
         std::int64_t batch = 0);
  Scorer(Scorer&&) noexcept;
  ~Scorer();

  // Scores [mutants, tasks], row-major float32, in the backend's memory. Errors: numeric is not raised here; scores
  // that are not finite are the caller's to judge.
  void score(kernels::PackedView sequences, device::Buffer<float>& scores);

  std::vector<Task> const& tasks() const;
  Network const& network() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::model
