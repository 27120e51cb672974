// SPDX-License-Identifier: MIT
// Scores packed sequences with a network: the batched forward pass on either backend.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "device/buffer.hpp"
#include "inference/score_frame.hpp"
#include "kernels/forward/reorient.hpp"
#include "kernels/library/packed.hpp"
#include "kernels/precision.hpp"
#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::inference {

// The forward pass, compiled once for a network, a backend and a set of tasks. The scores of a mutant depend on its own
// sequence only, never on the batch, its neighbours or the thread that computes them. The scores of a task that is
// relative to its library (Task::is_relative) depend on the sequences of the call and their order, and on nothing else.
// Not for concurrent use; several scorers may share one Network.
class Scorer {
 public:
  // `batch`: sequences in flight per thread (CPU) or per launch (CUDA); 0 chooses by memory. `orientations`: every
  // sequence is scored in each of them, and the mean is the score; none: only as it is. `precision` of convolutions and
  // dense layers. A first convolution, which adds weights that the bases choose, groups, recurrences and everything
  // else are float32. Errors: config, when the backend does not have the precision.
  Scorer(device::Backend const& backend, std::shared_ptr<network::Network const> network,
         std::vector<network::Task> tasks, std::int64_t batch = 0, std::vector<kernels::Orientation> orientations = {},
         kernels::Precision precision = kernels::Precision::f32);
  Scorer(Scorer&&) noexcept;
  ~Scorer();

  // Scores [mutants, tasks], row-major float32, in the backend's memory. The caller has to judge scores that are not
  // finite.
  void score(kernels::PackedView sequences, device::Buffer<float>& scores);
  // The same, but scores of tasks that are relative to a library are so to the library of `frames` (one per task; none:
  // to `sequences`).
  void score(kernels::PackedView sequences, device::Buffer<float>& scores, std::span<ScoreFrame const> frames);
  // What the scores of the last call without frames were relative to, one per task.
  std::vector<ScoreFrame> const& frames() const;

  // Halves the batch and gives the memory back; false where nothing is to be won: on the CPU, and from one sequence on.
  // No score changes. Errors: OutOfMemory, when not even one sequence fits.
  bool use_less_memory();

  std::vector<network::Task> const& tasks() const;
  // At least one.
  std::vector<kernels::Orientation> const& orientations() const;
  network::Network const& network() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::inference
