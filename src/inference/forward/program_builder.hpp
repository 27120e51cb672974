// SPDX-License-Identifier: MIT
// A program while it is made: values, steps, and on which side of the line between sequence and tile each step runs.
#pragma once

#include <vector>

#include "device/backend.hpp"
#include "inference/forward/forward_program.hpp"

namespace shoal::inference {

class ProgramBuilder {
 public:
  explicit ProgramBuilder(device::Backend const& backend);

  // A value that no step has written yet.
  Operand new_value(network::Shape shape);

  // Appends a step. It works on a tile if its inputs or its output do, if the caller says so, and always on CUDA.
  void emit(Operation operation, Operand const& input, Operand const& output, bool on_tile = false,
            Operand const& other = {});

  bool is_made_on_tile(Operand const& operand) const;
  device::Backend const& backend() const { return backend_; }
  std::vector<float>& weights() { return program_.weights; }

  // Reserves `count` columns of the scores and returns the first.
  std::int64_t take_columns(std::int64_t count);

  // Lays out the memory.
  ForwardProgram finish();

 private:
  device::Backend const& backend_;
  std::vector<bool> is_made_on_tile_;  // for each value
  ForwardProgram program_;
};

// The steps of a layer that moves values: rows and columns of `input` to where they belong in `output`.
RearrangeStep slice_step(network::Slice const& layer, network::Shape input);
RearrangeStep join_step(network::Axis axis, std::int64_t offset, network::Shape input, network::Shape output);
RearrangeStep spread_step(std::int64_t stride, network::Shape input);
RearrangeStep transpose_step(network::Shape input);
// `layer` itself, and the layer that takes elements back from its result.
kernels::PermutedAxes permuted_axes(network::Permute const& layer);
kernels::PermutedAxes permuted_back(network::Permute const& layer);

}  // namespace shoal::inference
