// SPDX-License-Identifier: MIT
// From the forward pass's columns to the tasks' scores: averages over orientations, components and transforms.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "device/backend.hpp"
#include "device/buffer.hpp"
#include "inference/score_frame.hpp"
#include "kernels/forward/reorient.hpp"
#include "network/task.hpp"

namespace shoal::inference {

// How one pass over a library adds to its columns: columns = (accumulate ? columns : 0) + weight * terms, with
// positions counted from the end if mirrored.
struct Pass {
  double weight = 1.0;
  bool accumulate = false;
  bool mirrored = false;
};

// Runs the network over sequences and writes or adds their columns [mutants, columns], in the backend's memory.
using ForwardPass = std::function<void(kernels::PackedView const&, Pass const&, float*)>;

class Readout {
 public:
  // `orientations`: none for the sequences as they are; every sequence is scored in each of them and the columns are
  // averaged, in this order.
  Readout(device::Backend const& backend, network::Network const& network, std::vector<network::Task> tasks,
          std::vector<kernels::Orientation> orientations);

  // The tasks in the form that the forward compute plans: with terms wherever columns are averaged.
  std::vector<network::Task> const& computed_tasks() const { return tasks_; }

  // scores [mutants, tasks]. Relative scores are relative to `given`, one per task, or where it is empty to the frames
  // of these sequences, which `frames` then holds.
  void score(kernels::PackedView const& sequences, ForwardPass const& pass, std::span<ScoreFrame const> given,
             device::Buffer<float>& scores);
  std::vector<ScoreFrame> const& frames() const { return frames_; }
  std::vector<kernels::Orientation> const& orientations() const { return orientations_; }

 private:
  void run_orientations(kernels::PackedView const& sequences, ForwardPass const& pass, float* columns);
  std::vector<float> finished(std::vector<float> const& columns, std::int64_t mutants,
                              std::span<ScoreFrame const> given);
  std::vector<double> values_of(std::size_t task, std::vector<float> const& columns, std::size_t first,
                                ScoreFrame const* given);

  device::Backend const* backend_;
  std::vector<network::Task> tasks_;
  std::vector<kernels::Orientation> orientations_;
  std::vector<ScoreFrame> frames_;  // one per task
  bool is_plain_ = true;            // true if the columns are the scores
  std::int64_t columns_ = 0;
  device::Buffer<std::uint64_t> words_, unknown_;  // the sequences in one orientation
  device::Buffer<float> columns_memory_;
};

}  // namespace shoal::inference
