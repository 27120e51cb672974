// SPDX-License-Identifier: MIT
// What follows a layer and is computed together with it: normalisation, activation, maximum pooling, a sum.
#pragma once

#include <vector>

#include "inference/forward/forward_program.hpp"
#include "inference/forward/value_readers.hpp"
#include "inference/forward/weights.hpp"

namespace shoal::inference {

// A convolution or dense layer, and the nodes after it that its step computes.
struct Fusion {
  FoldedWeights weights;
  kernels::Epilogue epilogue;
  bool has_activation = false;
  int last = -1;        // the last node that it covers
  Operand addend = {};  // value -1: none
};

class Fuser {
 public:
  // `operands` are the nodes compiled so far; the caller fills them, and they outlive this object.
  Fuser(device::Backend const& backend, network::Network const& network, Readers const& readers,
        std::vector<Operand> const& operands);

  // What can be computed together with node `i`; pools and sums only if `takes_pool`. Those nodes are absorbed.
  Fusion fuse(int i, FoldedWeights weights, bool takes_pool);
  // The activation that follows node `i` and is computed with it, which is absorbed; `last` becomes the node that it
  // is.
  network::Activate take_activation(int i, int& last);
  // Whether another node's step computes this one.
  bool is_absorbed(int i) const { return is_absorbed_[static_cast<std::size_t>(i)]; }

 private:
  bool absorb(Fusion& fusion, int next, bool takes_pool) const;
  bool absorb_activation(Fusion& fusion, network::Activate const& activate) const;
  bool absorb_sum(Fusion& fusion, network::Node const& sum) const;
  bool fuses_sum(kernels::Epilogue const& epilogue) const;
  bool is_fusible(network::Pool const& pool, network::Shape input, kernels::Epilogue const& epilogue) const;
  network::Node const& node(int i) const { return network_.nodes[static_cast<std::size_t>(i)]; }

  device::Backend const& backend_;
  network::Network const& network_;
  Readers const& readers_;
  std::vector<Operand> const& operands_;
  std::vector<bool> is_absorbed_;
};

}  // namespace shoal::inference
