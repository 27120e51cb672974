// SPDX-License-Identifier: MIT
// All sequences go step by step together: each step is a product with one row per sequence.
#include "kernels/forward/recurrence.hpp"

#include <vector>

#include "kernels/common/recurrence.hpp"
#include "kernels/cpu/recurrent_weights.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

// Columns [first, first + count) of position `t` of every sequence.
template <class Values>
Values columns_at(Values const& values, std::int64_t t, std::int64_t first, std::int64_t count) {
  Values part = values;
  part.data += t * values.channels + first;
  part.positions = 1;
  part.channels = count;
  part.margin = 0;
  return part;
}

// What a call computes with, in addition to its arguments.
class Steps {
 public:
  Steps(CpuSpace const& space, RecurrenceShape const& shape, float const* packed, std::int64_t sequences)
      : space_(space),
        shape_(shape),
        packed_(packed),
        weights_(space, shape),
        sequences_(sequences),
        terms_memory_(static_cast<std::size_t>(sequences * gates_of(shape.cell) * shape.units)),
        product_memory_(static_cast<std::size_t>(sequences * shape.units)) {}

  RecurrentWeights const& weights() const { return weights_; }
  // A row of `count` floats per sequence.
  MutableValues rows(std::vector<float>& memory, std::int64_t count) const {
    return {memory.data(), sequences_, 1, count, count, 0};
  }
  // Calls body(sequence, u) for every unit.
  template <class Body>
  void each_unit(Body const& body) const {
#pragma omp parallel for schedule(static) num_threads(space_.threads) if (space_.threads > 1)
    for (std::int64_t s = 0; s < sequences_; ++s) {
      for (std::int64_t u = 0; u < shape_.units; ++u) body(s, u);
    }
  }

  // Position of step `i`, and the states before it.
  std::int64_t position(std::int64_t i, std::int64_t positions) const {
    return shape_.backwards ? positions - 1 - i : i;
  }
  ConstValues before(std::int64_t i, ConstValues const& output) const {
    if (i > 0) return columns_at(output, position(i - 1, output.positions), 0, output.channels);
    return {weights_.initial(packed_), sequences_, 1, output.channels, 0, 0};
  }

  // The recurrent terms of step `i`.
  ConstValues terms(std::int64_t i, ConstValues const& input, ConstValues const& before) {
    std::int64_t const units = shape_.units;
    MutableValues const all = rows(terms_memory_, input.channels);
    ConstValues const hidden = columns_at(before, 0, 0, units);
    bool const is_gru = shape_.cell == RecurrentCell::gru;
    weights_.terms(hidden, packed_, columns_at(all, 0, 0, (is_gru ? 2 : gates_of(shape_.cell)) * units));
    if (!is_gru) return all;
    MutableValues const candidate = columns_at(all, 0, 2 * units, units);
    if (shape_.resets_after) {
      weights_.candidate_terms(hidden, packed_, candidate);
      return all;
    }
    MutableValues const product = rows(product_memory_, units);
    ConstValues const now = columns_at(input, position(i, input.positions), 0, input.channels);
    each_unit([&](std::int64_t s, std::int64_t u) {
      RecurrentRow const row = row_of(s, now, all, before);
      product.data[s * units + u] = gate_value(shape_, gate_sum(shape_, row, 1, u)) * row.before[u];
    });
    weights_.candidate_terms(product, packed_, candidate);
    return all;
  }

  static RecurrentRow row_of(std::int64_t s, ConstValues const& now, ConstValues const& terms,
                             ConstValues const& before) {
    return {now.data + s * now.stride, terms.data + s * terms.stride, before.data + s * before.stride};
  }

 private:
  CpuSpace const& space_;
  RecurrenceShape const& shape_;
  float const* packed_;
  RecurrentWeights weights_;
  std::int64_t sequences_;
  std::vector<float> terms_memory_, product_memory_;
};

}  // namespace

std::size_t packed_recurrence_size(CpuSpace const& space, RecurrenceShape const& shape) {
  return RecurrentWeights(space, shape).size();
}

void pack_recurrence(CpuSpace const& space, RecurrenceShape const& shape, float const* kernel, float const* bias,
                     float const* initial, float* packed) {
  RecurrentWeights(space, shape).pack(kernel, bias, initial, packed);
}

void recurrence(CpuSpace const& space, ConstValues input, RecurrenceShape const& shape, float const* packed,
                MutableValues output) {
  Steps steps(space, shape, packed, input.sequences);
  for (std::int64_t i = 0; i < input.positions; ++i) {
    std::int64_t const t = steps.position(i, input.positions);
    ConstValues const before = steps.before(i, output), now = columns_at(input, t, 0, input.channels);
    ConstValues const terms = steps.terms(i, input, before);
    steps.each_unit([&](std::int64_t s, std::int64_t u) {
      recurrent_step(shape, Steps::row_of(s, now, terms, before), u,
                     output.data + s * output.stride + t * output.channels);
    });
  }
  for (std::int64_t s = 0; s < output.sequences; ++s) clear_margin(output, s);
}

void recurrence_backward(CpuSpace const& space, ConstValues input, ConstValues output, RecurrenceShape const& shape,
                         float const* packed, ConstValues output_adjoint, MutableValues input_adjoint) {
  Steps steps(space, shape, packed, input.sequences);
  std::int64_t const units = shape.units;
  bool const is_gru = shape.cell == RecurrentCell::gru, is_lstm = shape.cell == RecurrentCell::lstm;
  auto const size = static_cast<std::size_t>(input.sequences * units);
  std::vector<float> hidden_memory(size), cell_memory(size), term_memory(size), product_memory(size);
  MutableValues const hidden = steps.rows(hidden_memory, units), of_term = steps.rows(term_memory, units),
                      product = steps.rows(product_memory, units);
  for (std::int64_t i = input.positions; i-- > 0;) {
    std::int64_t const t = steps.position(i, input.positions);
    ConstValues const before = steps.before(i, output), now = columns_at(input, t, 0, input.channels);
    ConstValues const terms = steps.terms(i, input, before);
    MutableValues const gates = columns_at(input_adjoint, t, 0, input_adjoint.channels);
    steps.each_unit([&](std::int64_t s, std::int64_t u) {
      RecurrentRow const row = Steps::row_of(s, now, terms, before);
      float const* const wanted = output_adjoint.data + s * output_adjoint.stride + t * output_adjoint.channels;
      float const* const after = output.data + s * output.stride + t * output.channels;
      float& carried = hidden.data[s * units + u];
      float& carried_cell = cell_memory[static_cast<std::size_t>(s * units + u)];
      float const adjoint = carried + wanted[u];
      float* const to = gates.data + s * gates.stride;
      if (is_gru) {
        carried = candidate_backward(shape, row, adjoint, u, to, of_term.data + s * units);
      } else {
        float const of_cell = is_lstm ? carried_cell + wanted[units + u] : 0.0F;
        carried_cell = gates_backward(shape, row, after, {adjoint, of_cell}, u, to);
        carried = 0.0F;
      }
    });
    if (is_gru) {
      steps.weights().candidate_terms_backward(of_term, packed, product);
      steps.each_unit([&](std::int64_t s, std::int64_t u) {
        float through = product.data[s * units + u];
        if (!shape.resets_after) {
          through =
              reset_backward(shape, Steps::row_of(s, now, terms, before), through, u, gates.data + s * gates.stride);
        }
        hidden.data[s * units + u] += through;
      });
    }
    steps.weights().terms_backward(columns_at(gates, 0, 0, is_gru ? 2 * units : gates.channels), packed, product);
    steps.each_unit([&](std::int64_t s, std::int64_t u) { hidden.data[s * units + u] += product.data[s * units + u]; });
  }
  for (std::int64_t s = 0; s < input_adjoint.sequences; ++s) clear_margin(input_adjoint, s);
}

}  // namespace shoal::kernels
