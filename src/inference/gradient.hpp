// SPDX-License-Identifier: MIT
// Gradients of a network's scores with respect to its input: reverse mode on either backend.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "device/backend.hpp"
#include "device/buffer.hpp"
#include "inference/score_frame.hpp"
#include "kernels/library/packed.hpp"
#include "network/network.hpp"
#include "network/task.hpp"

namespace shoal::inference {

// Inputs that need not be one-hot: values [sequences, length, 4] in the backend's memory, channels A, C, G, T.
struct RealInputs {
  float const* values = nullptr;
  std::int64_t sequences = 0;
};

// Forward and backward pass, compiled once for a network, a backend and a set of tasks. Every number depends on its own
// sequence only: never on the batch, its neighbours or the thread that computes it. Not for concurrent use; several
// gradients may share one Network. At kinks and ties: kernels/backward/activation_backward.hpp and
// kernels/backward/pooling_backward.hpp.
class Gradient {
 public:
  // `batch`: sequences in flight per thread (CPU) or per launch (CUDA); 0 chooses by memory. Errors: config, naming a
  // layer that has no gradient yet, or a task that is not in the network.
  Gradient(device::Backend const& backend, std::shared_ptr<network::Network const> network,
           std::vector<network::Task> tasks, std::int64_t batch = 0);
  Gradient(Gradient&&) noexcept;
  ~Gradient();

  // Sets how the scores of the following calls, which are before transforms, are read. `mirrored`: positions are
  // counted from the end, as in the value of a reverse complement. `components`: one per task, used where the task is
  // one (its score is the projection without the mean profile's share); such a task needs them before the first call.
  void read_as(bool mirrored, std::span<PrincipalComponent const> components);

  // Whether there are tasks with the reductions `profile` or `profile_joint` (network/reduction.hpp).
  bool holds_weights() const;
  // From now on until read_as, the weights of such tasks are those of this one sequence. Call it after every read_as if
  // there are such tasks. Their scores below use these weights too, so that maps and scores belong to one function.
  void hold_weights(RealInputs explained);

  // values [sequences, tasks]: the scores before transforms; gradients [sequences, tasks, 4, length]: d score / d
  // input, in the backend's memory, as if the four values of a base were free. Numbers that are not finite are the
  // caller's to judge.
  void evaluate(kernels::PackedView sequences, device::Buffer<float>& values, device::Buffer<float>& gradients);
  void evaluate(RealInputs inputs, device::Buffer<float>& values, device::Buffer<float>& gradients);

  // DeepLIFT's rescale rule: multipliers [sequences, tasks, 4, length] such that, for every sequence s, the sum of
  // multiplier * (input - reference) over its input is f(input) - f(reference). values as above, reference_values
  // in the same order; there are as many references as inputs. Errors: config, naming a layer for which the rule is not
  // defined.
  void rescale(RealInputs inputs, RealInputs references, device::Buffer<float>& values,
               device::Buffer<float>& reference_values, device::Buffer<float>& multipliers);

  // As Scorer's.
  bool use_less_memory();

  std::vector<network::Task> const& tasks() const;
  network::Network const& network() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Errors: config, when a Gradient of these tasks would refuse the network, or if `rescales` its function rescale.
void check_gradient(network::Network const& network, std::vector<network::Task> const& tasks, bool rescales);

}  // namespace shoal::inference
