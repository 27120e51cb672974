// SPDX-License-Identifier: MIT
// Recurrent layers: LSTM, GRU and the simple cell, forwards and backwards through time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/layers.hpp"
#include "kernels/library/packed.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// With the input's row a (what a dense layer made of the sequence), the state h before the step, the recurrent term
// r = h U + b, gate and state functions s and f, blocks of `units` named by gate:
//   simple: h' = f(a + r)
//   lstm:   i, g, o = s(a + r), forget s(a + r), candidate n = f(a + r); c' = forget c + i n; h' = o f(c')
//   gru:    z, r = s(a + r); h' = (1 - z) n + z h; the candidate n is f(a + r r_n), with r_n its recurrent term,
//           if the reset gate is applied after the product, and f(a + (r h) U + b) otherwise
struct RecurrenceShape {
  RecurrentCell cell = RecurrentCell::lstm;
  std::int64_t units = 0;
  bool backwards = false;    // from the last position to the first; values stay at their positions
  bool resets_after = true;  // gru: the reset gate multiplies the product with the state, not the state
  Activation gate = Activation::sigmoid, state = Activation::tanh;
  float gate_alpha = 1.0F, state_alpha = 1.0F;
};

// Values have blocks of `units`: in the input and the weights one per gate; in the output h and, for an LSTM, c after
// it.
SHOAL_HOST_DEVICE constexpr std::int64_t gates_of(RecurrentCell cell) {
  return cell == RecurrentCell::simple ? 1 : (cell == RecurrentCell::lstm ? 4 : 3);
}
SHOAL_HOST_DEVICE constexpr std::int64_t states_of(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? 2 : 1;
}

// Weights in the order in which a space reads them, made once on the host. `kernel` U is [units, gates * units]; `bias`
// b [gates * units] and `initial`, the first states [states * units], may be null: zeros.
std::size_t packed_recurrence_size(CpuSpace const& space, RecurrenceShape const& shape);
std::size_t packed_recurrence_size(CudaSpace const& space, RecurrenceShape const& shape);
void pack_recurrence(CpuSpace const& space, RecurrenceShape const& shape, float const* kernel, float const* bias,
                     float const* initial, float* packed);
void pack_recurrence(CudaSpace const& space, RecurrenceShape const& shape, float const* kernel, float const* bias,
                     float const* initial, float* packed);

// input [positions, gates * units] to output [positions, states * units]. Recurrent terms are chains of float32 fused
// multiply-adds from the bias through the state's units; the bits do not depend on the number of sequences.
void recurrence(CpuSpace const& space, ConstValues input, RecurrenceShape const& shape, float const* packed,
                MutableValues output);
void recurrence(CudaSpace const& space, ConstValues input, RecurrenceShape const& shape, float const* packed,
                MutableValues output);

// The input's adjoint from the output's, of a recurrence that gave `output`.
void recurrence_backward(CpuSpace const& space, ConstValues input, ConstValues output, RecurrenceShape const& shape,
                         float const* packed, ConstValues output_adjoint, MutableValues input_adjoint);
void recurrence_backward(CudaSpace const& space, ConstValues input, ConstValues output, RecurrenceShape const& shape,
                         float const* packed, ConstValues output_adjoint, MutableValues input_adjoint);

}  // namespace shoal::kernels
