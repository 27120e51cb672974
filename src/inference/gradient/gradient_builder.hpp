// SPDX-License-Identifier: MIT
// A gradient program while it is made: values with their adjoints, steps, and the memory that both directions need.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "inference/gradient/gradient_program.hpp"

namespace shoal::inference {

// What the compiler of layers (gradient_program.cpp) is built on. Nodes are numbered as in the network.
class GradientBuilder {
 public:
  // Both outlive this object.
  GradientBuilder(device::Backend const& backend, network::Network const& network);

  // The nodes that the tasks read, and what those read, in order. Errors: config, for a task that is not in the
  // network.
  std::vector<int> needed_nodes(std::vector<network::Task> const& tasks) const;
  // The program, with its tasks, backward programs and memory, when every needed node has its value.
  GradientProgram finish(std::vector<network::Task> const& tasks);

 protected:
  network::Node const& node_at(int i) const;
  // The value of the input of node i that is number `which`.
  DifferentiableOperand const& input_of(int i, std::size_t which = 0) const;
  // Errors: config, always: the layer has no gradient yet.
  [[noreturn]] void refuse(int i, std::string const& why) const;

  // A value that no step writes yet; `depends`: on the network's input.
  DifferentiableOperand new_value(network::Shape shape, bool depends);
  // A step whose output becomes the value of node i: of this shape, or of the node's.
  void emit_value(int i, network::Shape shape, OperationPair operation, std::vector<DifferentiableOperand> inputs,
                  bool has_no_rescale);
  void emit(int i, OperationPair operation, std::vector<DifferentiableOperand> inputs, bool has_no_rescale = false);
  void emit(int i, OperationPair operation);
  void emit_convolution(int i, ConvolvePair const& pair);

  // Room for the mean of a factor and its reference, which DeepLIFT's rule takes for a product.
  void reserve_mean(DifferentiableOperand const& factor);

  device::Backend const& backend_;
  network::Network const& network_;
  std::vector<DifferentiableOperand> operands_;  // of each node that was compiled
  GradientProgram program_;

 private:
  void reserve_part(DifferentiableOperand const& of);
  void reserve_rows(std::vector<GradientSlot>& slots, DifferentiableOperand const& read,
                    kernels::ConvolutionShape const& shape, std::int64_t spread, std::int64_t output_positions);
  bool depends_on(DifferentiableOperand const& operand) const;
  GradientTask task_of(network::Task const& task, std::set<int>& nodes) const;
  BackwardProgram program_from(std::set<int> const& nodes) const;

  std::vector<bool> depends_on_input_;  // of each value
};

}  // namespace shoal::inference
