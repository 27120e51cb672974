// SPDX-License-Identifier: MIT
// One unit of one step of a recurrent layer, forwards and backwards, host and device.
#pragma once

#include "kernels/common/activation_backward.hpp"
#include "kernels/forward/recurrence.hpp"

namespace shoal::kernels {

// One position of one sequence: pointers to the rows that a step reads. `term` is the recurrent term of every gate.
struct RecurrentRow {
  float const* input;
  float const* term;
  float const* before;  // states
};

SHOAL_HOST_DEVICE inline float gate_value(RecurrenceShape const& shape, float x) {
  return activated_float(shape.gate, shape.gate_alpha, x);
}
SHOAL_HOST_DEVICE inline float state_value(RecurrenceShape const& shape, float x) {
  return activated_float(shape.state, shape.state_alpha, x);
}

// Gate `which` of unit u before its function.
SHOAL_HOST_DEVICE inline float gate_sum(RecurrenceShape const& shape, RecurrentRow const& row, int which,
                                        std::int64_t u) {
  std::int64_t const i = which * shape.units + u;
  return row.input[i] + row.term[i];
}

// The sum to which the state function of a GRU's candidate is applied.
SHOAL_HOST_DEVICE inline float candidate_sum(RecurrenceShape const& shape, RecurrentRow const& row, std::int64_t u) {
  if (!shape.resets_after) return gate_sum(shape, row, 2, u);
  float const reset = gate_value(shape, gate_sum(shape, row, 1, u));
  std::int64_t const i = 2 * shape.units + u;
  return ScalarMath::fma(reset, row.term[i], row.input[i]);
}

// Unit u of the states after the step.
SHOAL_HOST_DEVICE inline void recurrent_step(RecurrenceShape const& shape, RecurrentRow const& row, std::int64_t u,
                                             float* after) {
  if (shape.cell == RecurrentCell::simple) {
    after[u] = state_value(shape, gate_sum(shape, row, 0, u));
    return;
  }
  if (shape.cell == RecurrentCell::gru) {
    float const update = gate_value(shape, gate_sum(shape, row, 0, u));
    float const candidate = state_value(shape, candidate_sum(shape, row, u));
    after[u] = ScalarMath::fma(update, row.before[u] - candidate, candidate);
    return;
  }
  float const in = gate_value(shape, gate_sum(shape, row, 0, u));
  float const forget = gate_value(shape, gate_sum(shape, row, 1, u));
  float const candidate = state_value(shape, gate_sum(shape, row, 2, u));
  float const out = gate_value(shape, gate_sum(shape, row, 3, u));
  float const cell = ScalarMath::fma(forget, row.before[shape.units + u], in * candidate);
  after[shape.units + u] = cell;
  after[u] = out * state_value(shape, cell);
}

// The adjoints that go back through one step, for unit u: `hidden` is the adjoint of h after it and `cell` of an LSTM's
// c.
struct RecurrentAdjoint {
  float hidden, cell;
};

// The unit of an LSTM or a simple cell. Fills the adjoints of the gates' sums, which are those of the input and of the
// recurrent term. Returns the adjoint of c before the step.
SHOAL_HOST_DEVICE inline float gates_backward(RecurrenceShape const& shape, RecurrentRow const& row, float const* after,
                                              RecurrentAdjoint const& adjoint, std::int64_t u, float* gates) {
  if (shape.cell == RecurrentCell::simple) {
    gates[u] = adjoint.hidden * activation_slope(shape.state, shape.state_alpha, gate_sum(shape, row, 0, u));
    return 0.0F;
  }
  float sums[4], slopes[4], values[4];
  for (int which = 0; which < 4; ++which) {
    bool const is_candidate = which == 2;
    sums[which] = gate_sum(shape, row, which, u);
    slopes[which] = is_candidate ? activation_slope(shape.state, shape.state_alpha, sums[which])
                                 : activation_slope(shape.gate, shape.gate_alpha, sums[which]);
    values[which] = is_candidate ? state_value(shape, sums[which]) : gate_value(shape, sums[which]);
  }
  float const cell = after[shape.units + u];
  float const of_cell =
      adjoint.cell + adjoint.hidden * values[3] * activation_slope(shape.state, shape.state_alpha, cell);
  gates[u] = of_cell * values[2] * slopes[0];
  gates[shape.units + u] = of_cell * row.before[shape.units + u] * slopes[1];
  gates[2 * shape.units + u] = of_cell * values[0] * slopes[2];
  gates[3 * shape.units + u] = adjoint.hidden * state_value(shape, cell) * slopes[3];
  return of_cell * values[1];
}

// The unit of a GRU, except for the reset gate if it is applied before the product. Fills the adjoints of the update
// and candidate sums; of the candidate's recurrent term to `of_term`. Returns what goes straight to h before the step.
SHOAL_HOST_DEVICE inline float candidate_backward(RecurrenceShape const& shape, RecurrentRow const& row, float hidden,
                                                  std::int64_t u, float* gates, float* of_term) {
  float const update_sum = gate_sum(shape, row, 0, u), sum = candidate_sum(shape, row, u);
  float const update = gate_value(shape, update_sum), candidate = state_value(shape, sum);
  gates[u] = hidden * (row.before[u] - candidate) * activation_slope(shape.gate, shape.gate_alpha, update_sum);
  float const of_sum = hidden * (1.0F - update) * activation_slope(shape.state, shape.state_alpha, sum);
  gates[2 * shape.units + u] = of_sum;
  if (!shape.resets_after) {
    of_term[u] = of_sum;
    return hidden * update;
  }
  float const reset_sum = gate_sum(shape, row, 1, u);
  of_term[u] = of_sum * gate_value(shape, reset_sum);
  gates[shape.units + u] =
      of_sum * row.term[2 * shape.units + u] * activation_slope(shape.gate, shape.gate_alpha, reset_sum);
  return hidden * update;
}

// A GRU's reset gate that was applied to the state; `of_product` is the adjoint of the product of both. Returns what
// goes through it to h before the step.
SHOAL_HOST_DEVICE inline float reset_backward(RecurrenceShape const& shape, RecurrentRow const& row, float of_product,
                                              std::int64_t u, float* gates) {
  float const sum = gate_sum(shape, row, 1, u);
  gates[shape.units + u] = of_product * row.before[u] * activation_slope(shape.gate, shape.gate_alpha, sum);
  return of_product * gate_value(shape, sum);
}

}  // namespace shoal::kernels
