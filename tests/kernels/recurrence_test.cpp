// SPDX-License-Identifier: MIT
#include "kernels/forward/recurrence.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernels/same_bits.hpp"
#include "support/activation_oracle.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;
using testing::FloatEq;

// U, b and the first states, as numbers; empty ones are zeros.
struct Weights {
  std::vector<float> kernel, bias, initial;
};

Weights random_weights(RecurrenceShape const& shape) {
  std::int64_t const gates = gates_of(shape.cell) * shape.units;
  return {test::random_floats(shape.units * gates, 1, 0.6), test::random_floats(gates, 2),
          test::random_floats(states_of(shape.cell) * shape.units, 3)};
}

// One sequence in double precision, step by step as kernels/forward/recurrence.hpp defines the cells. `input` is
// [positions, gates * units]; returns [positions, states * units].
std::vector<double> recurrence_oracle(RecurrenceShape const& shape, Weights const& weights,
                                      std::vector<double> const& input) {
  std::int64_t const units = shape.units, gates = gates_of(shape.cell) * units, states = states_of(shape.cell) * units;
  auto const positions = static_cast<std::int64_t>(input.size()) / gates;
  auto const s = [&](double x) { return test::activation_oracle(shape.gate, shape.gate_alpha, x); };
  auto const f = [&](double x) { return test::activation_oracle(shape.state, shape.state_alpha, x); };
  std::vector<double> before(weights.initial.begin(), weights.initial.end()), output(positions * states);
  before.resize(states, 0.0);
  for (std::int64_t step = 0; step < positions; ++step) {
    std::int64_t const t = shape.backwards ? positions - 1 - step : step;
    double const* const a = input.data() + t * gates;
    // Column `j` of h U + b, each unit of h multiplied by `by`.
    auto const term = [&](std::int64_t j, std::vector<double> const& by) {
      double sum = weights.bias.empty() ? 0.0 : weights.bias[j];
      for (std::int64_t k = 0; k < units; ++k) sum += before[k] * by[k] * weights.kernel[k * gates + j];
      return sum;
    };
    std::vector<double> const ones(units, 1.0);
    std::vector<double> after(states), reset(units);
    for (std::int64_t u = 0; u < units && shape.cell == RecurrentCell::gru; ++u) {
      reset[u] = s(a[units + u] + term(units + u, ones));
    }
    for (std::int64_t u = 0; u < units; ++u) {
      auto const gate = [&](std::int64_t which) { return a[which * units + u] + term(which * units + u, ones); };
      if (shape.cell == RecurrentCell::simple) {
        after[u] = f(gate(0));
      } else if (shape.cell == RecurrentCell::lstm) {
        after[units + u] = s(gate(1)) * before[units + u] + s(gate(0)) * f(gate(2));
        after[u] = s(gate(3)) * f(after[units + u]);
      } else {
        std::int64_t const j = 2 * units + u;
        double const candidate = f(shape.resets_after ? a[j] + reset[u] * term(j, ones) : a[j] + term(j, reset));
        after[u] = (1.0 - s(gate(0))) * candidate + s(gate(0)) * before[u];
      }
    }
    std::copy(after.begin(), after.end(), output.begin() + t * states);
    before = after;
  }
  return output;
}

class RecurrenceTest : public test::OnBackend {
 protected:
  // The states; with adjoints `wanted` of the states, the adjoint of the input.
  static std::vector<float> run(device::Backend const& on, RecurrenceShape const& shape, Weights const& weights,
                                std::int64_t sequences, std::vector<float> const& x,
                                std::vector<float> const& wanted = {}) {
    std::int64_t const gates = gates_of(shape.cell) * shape.units, states = states_of(shape.cell) * shape.units;
    std::int64_t const positions = static_cast<std::int64_t>(x.size()) / (sequences * gates);
    LayerValues const input = values_of(on, sequences, positions, gates, x, 1),
                      adjoint = values_of(on, sequences, positions, states, wanted);
    LayerValues const output(on, sequences, positions, states, 2), result(on, sequences, positions, gates, 2);
    device::dispatch(on, [&](auto const& space) {
      std::vector<float> packed(packed_recurrence_size(space, shape));
      pack_recurrence(space, shape, weights.kernel.data(), weights.bias.empty() ? nullptr : weights.bias.data(),
                      weights.initial.empty() ? nullptr : weights.initial.data(), packed.data());
      device::Buffer<float> const there(on, std::span<float const>(packed));
      recurrence(space, input.view(), shape, there.data(), output.view());
      if (!wanted.empty()) {
        recurrence_backward(space, input.view(), output.view(), shape, there.data(), adjoint.view(), result.view());
      }
    });
    EXPECT_TRUE(output.surroundings_are_kept());
    EXPECT_TRUE(result.surroundings_are_kept());
    return wanted.empty() ? output.get() : result.get();
  }
  // Both reset gates, both directions, of one cell.
  static std::vector<RecurrenceShape> shapes_of(RecurrentCell cell, std::int64_t units) {
    std::vector<RecurrenceShape> shapes;
    for (bool const backwards : {false, true}) {
      for (bool const resets_after : {false, true}) {
        shapes.push_back({.cell = cell, .units = units, .backwards = backwards, .resets_after = resets_after});
      }
    }
    shapes.push_back({.cell = cell,
                      .units = units,
                      .gate = Activation::hard_sigmoid,
                      .state = Activation::softsign,
                      .gate_alpha = 0.2F});
    return shapes;
  }
};

TEST_P(RecurrenceTest, SimpleCellsByHand) {
  RecurrenceShape shape{.cell = RecurrentCell::simple, .units = 1, .state = Activation::linear};
  // h' = a + 2 h + 1 from h = 5.
  Weights const weights{{2}, {1}, {5}};
  EXPECT_THAT(run(backend(), shape, weights, 1, {0, 10, -100}), ElementsAre(11, 33, -33));
  // Backwards through time: 3, 2 * 3 and 4 * 3 of the last state, and what is asked of the others.
  EXPECT_THAT(run(backend(), shape, weights, 1, {0, 10, -100}, {0, 1, 3}), ElementsAre(14, 7, 3));
  shape.backwards = true;  // from the last position, values stay at their positions
  EXPECT_THAT(run(backend(), shape, weights, 1, {-100, 10, 0}), ElementsAre(-33, 33, 11));
  shape.state = Activation::relu;
  EXPECT_THAT(run(backend(), shape, {{2}, {}, {}}, 1, {1, -7, 3}), ElementsAre(1, 0, 3));
  // U is [from, to]: the second unit reads the first one's state.
  RecurrenceShape const two{.cell = RecurrentCell::simple, .units = 2, .state = Activation::linear};
  EXPECT_THAT(run(backend(), two, {{0, 1, 0, 0}, {}, {}}, 1, {1, 10, 2, 20}), ElementsAre(1, 10, 2, 21));
}

TEST_P(RecurrenceTest, LstmByHand) {
  // Gates are min(max(x / 4 + 1/2, 0), 1) and the candidate its sum: with 2 they are open, with -2 shut, with 0 half.
  RecurrenceShape const shape{.cell = RecurrentCell::lstm,
                              .units = 1,
                              .gate = Activation::hard_sigmoid,
                              .state = Activation::linear,
                              .gate_alpha = 0.25F};
  Weights const weights{{0, 0, 0, 0}, {}, {7, 3}};
  // Input, forget, candidate, output. c = 1/2 * 3 + 1 * 8, h = c; then c = 9.5 + 0, h = c / 2.
  EXPECT_THAT(run(backend(), shape, weights, 1, {2, 0, 8, 2, -2, 2, 8, 0}), ElementsAre(9.5F, 9.5F, 4.75F, 9.5F));
  // The candidate reads h: 1 * (0 + 2 * 7) and c = 1/2 * 3 + 14.
  EXPECT_THAT(run(backend(), shape, {{0, 0, 2, 0}, {}, {7, 3}}, 1, {2, 0, 0, 2}), ElementsAre(15.5F, 15.5F));
  // Adjoint 1 of h: through the candidate 1, the input gate 8 / 4, the forget gate 3 / 4, the output gate's end 0.
  EXPECT_THAT(run(backend(), shape, weights, 1, {0, 0, 8, 1}, {1, 0}),
              ElementsAre(0.75F * 2.0F, 0.75F * 0.75F, 0.75F * 0.5F, 5.5F * 0.25F));
}

TEST_P(RecurrenceTest, GruByHand) {
  RecurrenceShape shape{.cell = RecurrentCell::gru,
                        .units = 1,
                        .resets_after = true,
                        .gate = Activation::hard_sigmoid,
                        .state = Activation::linear,
                        .gate_alpha = 0.25F};
  // Update, reset, candidate; the candidate's recurrent term is 3 h + 1, h = 4 at first.
  Weights const weights{{0, 0, 3}, {0, 0, 1}, {4}};
  // z = r = 1/2: n = 10 + (3 * 4 + 1) / 2 = 16.5, h = (16.5 + 4) / 2.
  EXPECT_THAT(run(backend(), shape, weights, 1, {0, 0, 10}), ElementsAre(10.25F));
  // The reset gate on the state: n = 10 + 3 * 2 + 1 = 17, h = (17 + 4) / 2.
  shape.resets_after = false;
  EXPECT_THAT(run(backend(), shape, weights, 1, {0, 0, 10}), ElementsAre(10.5F));
  // An open update gate keeps the state, a shut one takes the candidate.
  EXPECT_THAT(run(backend(), shape, weights, 1, {2, 0, 10, -2, -2, 5}), ElementsAre(4, 6));
}

TEST_P(RecurrenceTest, AgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 5, positions = 7;
  for (RecurrentCell const cell : {RecurrentCell::simple, RecurrentCell::lstm, RecurrentCell::gru}) {
    for (std::int64_t const units : {1, 6, 21}) {
      for (RecurrenceShape const& shape : shapes_of(cell, units)) {
        Weights const weights = random_weights(shape);
        std::int64_t const size = positions * gates_of(cell) * units;
        auto const x = test::random_floats(sequences * size, 4);
        auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
          return run(on, shape, weights, count, test::part_of(x, size, first, count));
        };
        auto const found = compute(backend(), 0, sequences);
        std::vector<double> expected;
        for (std::int64_t s = 0; s < sequences; ++s) {
          auto const one = test::part_of(x, size, s, 1);
          auto const states = recurrence_oracle(shape, weights, {one.begin(), one.end()});
          expected.insert(expected.end(), states.begin(), states.end());
        }
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          ASSERT_NEAR(found[i], expected[i], 1e-5) << static_cast<int>(cell) << ' ' << units << ' ' << i;
        }
        test::expect_the_same_bits(backend(), sequences, compute);
      }
    }
  }
}

TEST_P(RecurrenceTest, BackwardAgreesWithDifferencesInDoublePrecision) {
  constexpr std::int64_t sequences = 3, positions = 5, units = 4;
  for (RecurrentCell const cell : {RecurrentCell::simple, RecurrentCell::lstm, RecurrentCell::gru}) {
    for (RecurrenceShape const& shape : shapes_of(cell, units)) {
      if (shape.gate == Activation::hard_sigmoid) continue;  // has kinks
      Weights const weights = random_weights(shape);
      std::int64_t const size = positions * gates_of(cell) * units, states = positions * states_of(cell) * units;
      auto const x = test::random_floats(sequences * size, 5), wanted = test::random_floats(sequences * states, 6);
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        return run(on, shape, weights, count, test::part_of(x, size, first, count),
                   test::part_of(wanted, states, first, count));
      };
      auto const found = compute(backend(), 0, sequences);
      for (std::int64_t i = 0; i < sequences * size; ++i) {
        std::int64_t const s = i / size;
        auto const numbers = test::part_of(x, size, s, 1);
        auto const at = [&](double change) {
          std::vector<double> input(numbers.begin(), numbers.end());
          input[i % size] += change;
          auto const output = recurrence_oracle(shape, weights, input);
          double sum = 0.0;
          for (std::int64_t k = 0; k < states; ++k) sum += output[k] * wanted[s * states + k];
          return sum;
        };
        ASSERT_NEAR(found[i], (at(1e-4) - at(-1e-4)) / 2e-4, 5e-6) << static_cast<int>(cell) << ' ' << i;
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

SHOAL_ON_EVERY_BACKEND(RecurrenceTest);

}  // namespace
}  // namespace shoal::kernels
