// SPDX-License-Identifier: MIT
// A trained network as a graph of layers with checked shapes, and the files that it is read from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/layers.hpp"
#include "model/replacements.hpp"

namespace shoal::model {

// One layer applied to the values of earlier nodes.
struct Node {
  std::string name;        // the layer's name in the file; "NAME/relu" for the activation that it carries
  std::string class_name;  // its class there, for messages
  Layer layer;
  std::vector<int> inputs;  // indices of the nodes that it reads, all smaller than its own; none: input, Constant
  Shape shape;              // of its value

  int first_input() const { return inputs.empty() ? -1 : inputs.front(); }
};

// Nodes in topological order, the input layer first. The network reads one sequence of `input_length` bases, four
// channels A, C, G, T.
struct Network {
  std::string source;  // the file or files that it was read from
  std::string digest;  // of those files' bytes and of `replacements`: part of a store's provenance
  std::vector<std::string> replacements = {};  // that were used: ReplacementUse::used
  std::vector<Node> nodes;
  std::vector<int> outputs;  // nodes, in the file's order
  // Of an ensemble (model/ensemble.hpp), whose nodes are those of all members; else empty.
  std::vector<std::shared_ptr<Network const>> members = {};

  std::int64_t input_length() const { return nodes.front().shape.positions; }
  // Index of the node called `name`, or -1.
  int find(std::string const& name) const;
};

// Reads a network: `file` is Keras's HDF5 with `model_config` inside, a Keras graph .json together with `weights`
// (HDF5), Keras's .keras archive, or ONNX (operator set 9 and later, weights inside or in files beside it). Files of
// others are parsed in a short-lived child process: call this before MPI and CUDA start. `length`: the bases that a
// network reads whose file leaves that open; one whose file fixes it keeps its own, which the caller compares. Errors:
// input, naming the file and the layer; an unknown layer, operator or option is refused by name; an open length where
// `length` is 0. Replacements that the network has no use for are passed over.
std::shared_ptr<Network const> read_network(std::string const& file, std::string const& weights = {},
                                            Replacements const& replacements = {}, std::int64_t length = 0);

}  // namespace shoal::model
