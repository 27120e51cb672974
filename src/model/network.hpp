// SPDX-License-Identifier: MIT
// A trained network as a graph of layers with checked shapes, and the files that it is read from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "kernels/layers.hpp"

namespace shoal::model {

using kernels::Activation;
using kernels::PoolKind;
enum class Padding { valid, same };

// Shape of one sequence's value: `positions` rows of `channels`; a flat vector has one position.
struct Shape {
  std::int64_t positions = 1;
  std::int64_t channels = 0;
  std::int64_t size() const { return positions * channels; }
  bool operator==(Shape const&) const = default;
};

struct InputLayer {};
struct Conv1D {
  std::int64_t filters = 0, width = 0, stride = 1, dilation = 1;
  Padding padding = Padding::valid;
  std::vector<float> kernel;  // [width, in_channels, filters]
  std::vector<float> bias;    // [filters], or empty
};
struct Dense {
  std::int64_t units = 0;
  std::vector<float> kernel;  // [in_channels, units]; applies to every position
  std::vector<float> bias;    // [units], or empty
};
struct BatchNorm {  // y = x * scale + shift per channel, from gamma, beta, mean, variance, epsilon in double precision
  std::vector<float> scale, shift;
};
struct Activate {
  Activation activation = Activation::linear;
  float alpha = 1.0F;  // elu only
};
struct Pool {  // padding never counts: an average divides by the positions inside the sequence
  PoolKind kind = PoolKind::max;
  std::int64_t width = 2, stride = 2;
  Padding padding = Padding::valid;
};
struct GlobalPool {
  PoolKind kind = PoolKind::max;
};
struct Flatten {};   // positions × channels become channels of one position, row-major
struct Identity {};  // dropout and other layers that do nothing at inference

using Layer = std::variant<InputLayer, Conv1D, Dense, BatchNorm, Activate, Pool, GlobalPool, Flatten, Identity>;

// One layer applied to the value of one earlier node.
struct Node {
  std::string name;        // the layer's name in the file; "NAME/relu" for the activation that it carries
  std::string class_name;  // its class there, for messages
  Layer layer;
  int input = -1;  // index of the node that it reads; -1 for the input layer
  Shape shape;     // of its value
};

// Nodes in topological order. The network reads one sequence of `input_length` bases, four channels A, C, G, T.
struct Network {
  std::string source;  // the file or files that it was read from
  std::string digest;  // of those files' bytes: part of a store's provenance
  std::vector<Node> nodes;
  std::vector<int> outputs;  // nodes, in the file's order

  std::int64_t input_length() const { return nodes.front().shape.positions; }
  // Index of the node called `name`, or -1.
  int find(std::string const& name) const;
};

// Reads a Keras network: `file` is HDF5 with `model_config` inside, or a graph .json together with `weights` (HDF5).
// Foreign HDF5 is read in a short-lived child process: call this before MPI and CUDA start. Errors: input, naming the
// file and the layer; an unknown layer or option is refused by name.
std::shared_ptr<Network const> read_network(std::string const& file, std::string const& weights = {});

}  // namespace shoal::model
