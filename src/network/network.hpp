// SPDX-License-Identifier: MIT
// A trained network as a graph of layers with checked shapes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "network/layers.hpp"

namespace shoal::network {

// One layer applied to the values of earlier nodes.
struct Node {
  std::string name;        // the layer's name in the file; "NAME/relu" for the activation that it carries
  std::string class_name;  // its class there, for messages
  Layer layer;
  std::vector<int> inputs;  // indices of the nodes that it reads, all smaller than its own; none: input, Constant
  Shape shape;              // shape of the node's value

  int first_input() const { return inputs.empty() ? -1 : inputs.front(); }
};

// Nodes in topological order, the input layer first. The network reads one sequence of `input_length` bases, four
// channels A, C, G, T.
struct Network {
  std::string source;  // the file or files that it was read from
  std::string digest;  // digest of those files' bytes and of `replacements`: part of a store's provenance
  std::vector<std::string> replacements = {};  // the replacements that were used: ReplacementUse::used
  std::vector<Node> nodes;
  std::vector<int> outputs;  // nodes, in the file's order
  // The members of an ensemble (network/ensemble.hpp), whose nodes are those of all members; else empty.
  std::vector<std::shared_ptr<Network const>> members = {};

  std::int64_t input_length() const { return nodes.front().shape.positions; }
  // Index of the node called `name`, or -1.
  int find(std::string const& name) const;
};

}  // namespace shoal::network
