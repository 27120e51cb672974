// SPDX-License-Identifier: MIT
// One block per sequence: the steps follow one another, and the threads share the units of each step.
#include "kernels/forward/recurrence.hpp"

#include <algorithm>

#include "kernels/common/recurrence.hpp"
#include "kernels/cuda/launch.cuh"

namespace shoal::kernels {

namespace {

// Threads of a block, which share out more units than they are: with 1,024 the registers of the backward step would not
// fit.
constexpr int most_threads = 512;

// Offsets in the packed weights: U, U turned, b, first states.
struct PackedRecurrence {
  std::int64_t units, gates, states;
  __host__ __device__ explicit PackedRecurrence(RecurrenceShape const& shape)
      : units(shape.units), gates(gates_of(shape.cell) * shape.units), states(states_of(shape.cell) * shape.units) {}
  __host__ __device__ std::int64_t turned() const { return units * gates; }
  __host__ __device__ std::int64_t bias() const { return 2 * units * gates; }
  __host__ __device__ std::int64_t initial() const { return bias() + gates; }
  __host__ __device__ std::int64_t size() const { return initial() + states; }
};

// One sequence at work. Shared memory: the recurrent terms [gates], then four rows of units.
struct Block {
  RecurrenceShape shape;
  float const* packed;
  float* shared;

  __device__ PackedRecurrence layout() const { return PackedRecurrence(shape); }
  __device__ float* terms() const { return shared; }
  __device__ float* row(int which) const { return shared + layout().gates + which * shape.units; }
  __device__ std::int64_t position(std::int64_t i, std::int64_t positions) const {
    return shape.backwards ? positions - 1 - i : i;
  }
  __device__ float const* before(std::int64_t i, float const* output, std::int64_t positions) const {
    PackedRecurrence const at = layout();
    return i > 0 ? output + position(i - 1, positions) * at.states : packed + at.initial();
  }

  // result[j] for j in [first, last): the bias, then the state's products with U.
  __device__ void multiply(float const* state, std::int64_t first, std::int64_t last) const {
    PackedRecurrence const at = layout();
    for (std::int64_t j = first + threadIdx.x; j < last; j += blockDim.x) {
      float sum = packed[at.bias() + j];
      for (std::int64_t k = 0; k < at.units; ++k) sum = __fmaf_rn(state[k], packed[k * at.gates + j], sum);
      terms()[j] = sum;
    }
    __syncthreads();
  }
  // result[k]: the sum over gates j in [first, last) of their adjoints' products with U turned; adjoints[0] is
  // `first`'s.
  __device__ float multiply_back(float const* adjoints, std::int64_t first, std::int64_t last, std::int64_t k) const {
    PackedRecurrence const at = layout();
    float sum = 0.0F;
    for (std::int64_t j = first; j < last; ++j) {
      sum = __fmaf_rn(adjoints[j - first], packed[at.turned() + j * at.units + k], sum);
    }
    return sum;
  }

  // The recurrent terms of a step; row 0 of shared memory is used.
  __device__ void find_terms(float const* input, float const* before) const {
    std::int64_t const units = shape.units;
    bool const resets_first = shape.cell == RecurrentCell::gru && !shape.resets_after;
    multiply(before, 0, resets_first ? 2 * units : layout().gates);
    if (!resets_first) return;
    for (std::int64_t u = threadIdx.x; u < units; u += blockDim.x) {
      row(0)[u] = gate_value(shape, gate_sum(shape, {input, terms(), before}, 1, u)) * before[u];
    }
    __syncthreads();
    multiply(row(0), 2 * units, 3 * units);
  }
};

__global__ void __launch_bounds__(most_threads)
    recurrence_kernel(ConstValues input, RecurrenceShape shape, float const* packed, MutableValues output) {
  Block const block{shape, packed, cuda::dynamic_shared_memory<float>()};
  for (std::int64_t s = blockIdx.x; s < input.sequences; s += gridDim.x) {
    float* const states = output.data + s * output.stride;
    for (std::int64_t i = 0; i < input.positions; ++i) {
      std::int64_t const t = block.position(i, input.positions);
      float const* const before = block.before(i, states, input.positions);
      float const* const now = input.data + s * input.stride + t * input.channels;
      block.find_terms(now, before);
      for (std::int64_t u = threadIdx.x; u < shape.units; u += blockDim.x) {
        recurrent_step(shape, {now, block.terms(), before}, u, states + t * output.channels);
      }
      __syncthreads();
    }
  }
}

struct BackwardValues {
  ConstValues input, output, output_adjoint;
  MutableValues input_adjoint;
};

__global__ void __launch_bounds__(most_threads)
    recurrence_backward_kernel(BackwardValues values, RecurrenceShape shape, float const* packed) {
  Block const block{shape, packed, cuda::dynamic_shared_memory<float>()};
  std::int64_t const units = shape.units;
  bool const is_gru = shape.cell == RecurrentCell::gru;
  float *const hidden = block.row(1), *const cell = block.row(2), *const of_term = block.row(3);
  for (std::int64_t s = blockIdx.x; s < values.input.sequences; s += gridDim.x) {
    for (std::int64_t u = threadIdx.x; u < units; u += blockDim.x) hidden[u] = cell[u] = 0.0F;
    __syncthreads();
    float const* const states = values.output.data + s * values.output.stride;
    for (std::int64_t i = values.input.positions; i-- > 0;) {
      std::int64_t const t = block.position(i, values.input.positions);
      float const* const before = block.before(i, states, values.input.positions);
      float const* const now = values.input.data + s * values.input.stride + t * values.input.channels;
      float const* const wanted =
          values.output_adjoint.data + s * values.output_adjoint.stride + t * values.output_adjoint.channels;
      float* const gates =
          values.input_adjoint.data + s * values.input_adjoint.stride + t * values.input_adjoint.channels;
      block.find_terms(now, before);
      RecurrentRow const row{now, block.terms(), before};
      for (std::int64_t u = threadIdx.x; u < units; u += blockDim.x) {
        float const adjoint = hidden[u] + wanted[u];
        if (is_gru) {
          hidden[u] = candidate_backward(shape, row, adjoint, u, gates, of_term);
        } else {
          float const of_cell = shape.cell == RecurrentCell::lstm ? cell[u] + wanted[units + u] : 0.0F;
          cell[u] = gates_backward(shape, row, states + t * values.output.channels, {adjoint, of_cell}, u, gates);
          hidden[u] = 0.0F;
        }
      }
      __syncthreads();
      if (is_gru) {
        for (std::int64_t u = threadIdx.x; u < units; u += blockDim.x) {
          float through = block.multiply_back(of_term, 2 * units, 3 * units, u);
          if (!shape.resets_after) through = reset_backward(shape, row, through, u, gates);
          hidden[u] += through;
        }
        __syncthreads();
      }
      std::int64_t const last = is_gru ? 2 * units : values.input_adjoint.channels;
      for (std::int64_t u = threadIdx.x; u < units; u += blockDim.x) {
        hidden[u] += block.multiply_back(gates, 0, last, u);
      }
      __syncthreads();
    }
  }
}

cuda::LaunchShape block_a_sequence(RecurrenceShape const& shape, std::int64_t sequences) {
  std::int64_t const gates = gates_of(shape.cell) * shape.units;
  auto const threads = static_cast<unsigned>(std::clamp<std::int64_t>((gates + 31) / 32 * 32, 32, most_threads));
  auto const floats = static_cast<std::size_t>(gates + 4 * shape.units);
  return {dim3(cuda::blocks_for(sequences, 1)), dim3(threads), floats * sizeof(float)};
}

}  // namespace

std::size_t packed_recurrence_size(CudaSpace const&, RecurrenceShape const& shape) {
  return static_cast<std::size_t>(PackedRecurrence(shape).size());
}

void pack_recurrence(CudaSpace const&, RecurrenceShape const& shape, float const* kernel, float const* bias,
                     float const* initial, float* packed) {
  PackedRecurrence const at(shape);
  std::fill_n(packed, at.size(), 0.0F);
  std::copy_n(kernel, at.units * at.gates, packed);
  for (std::int64_t k = 0; k < at.units; ++k) {
    for (std::int64_t j = 0; j < at.gates; ++j) packed[at.turned() + j * at.units + k] = kernel[k * at.gates + j];
  }
  if (bias != nullptr) std::copy_n(bias, at.gates, packed + at.bias());
  if (initial != nullptr) std::copy_n(initial, at.states, packed + at.initial());
}

void recurrence(CudaSpace const& space, ConstValues input, RecurrenceShape const& shape, float const* packed,
                MutableValues output) {
  if (input.sequences == 0) return;
  cuda::launch(space, "recurrence", block_a_sequence(shape, input.sequences), recurrence_kernel, input, shape, packed,
               output);
}

void recurrence_backward(CudaSpace const& space, ConstValues input, ConstValues output, RecurrenceShape const& shape,
                         float const* packed, ConstValues output_adjoint, MutableValues input_adjoint) {
  if (input.sequences == 0) return;
  BackwardValues const values{input, output, output_adjoint, input_adjoint};
  cuda::launch(space, "recurrence_backward", block_a_sequence(shape, input.sequences), recurrence_backward_kernel,
               values, shape, packed);
}

}  // namespace shoal::kernels
