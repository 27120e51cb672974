// SPDX-License-Identifier: MIT
// The CUDA kernels of attention and recurrence, both directions, executed on the host, give the bits of the CPU's.
#include <gtest/gtest.h>

#include "kernels/forward/matrix_product.hpp"
#include "kernels/forward/permute.hpp"
#include "kernels/forward/recurrence.hpp"
#include "on_host.hpp"

namespace shoal::kernels {
namespace {

class RecurrenceOnHost : public OnHost {
 protected:
  // Both products of a recurrence on both sides.
  void compare(RecurrenceShape const& shape) {
    std::int64_t const sequences = integer(1, 5), positions = integer(1, 6);
    std::int64_t const gates = gates_of(shape.cell) * shape.units, states = states_of(shape.cell) * shape.units;
    std::vector<float> const kernel = floats(shape.units * gates, 0.6F), bias = floats(gates), initial = floats(states);
    std::vector<float> for_cpu(packed_recurrence_size(cpu_, shape)), for_cuda(packed_recurrence_size(cuda_, shape));
    pack_recurrence(cpu_, shape, kernel.data(), bias.data(), initial.data(), for_cpu.data());
    pack_recurrence(cuda_, shape, kernel.data(), bias.data(), initial.data(), for_cuda.data());
    Values input(sequences, positions, gates), same_input(sequences, positions, gates, 0, 3);
    fill(input, same_input);
    Values expected(sequences, positions, states), output(sequences, positions, states, 0, 1);
    recurrence(cpu_, input.view(), shape, for_cpu.data(), expected.view());
    recurrence(cuda_, same_input.view(), shape, for_cuda.data(), output.view());
    expect_same_bits(expected, output);
    Values wanted(sequences, positions, states), same_wanted(sequences, positions, states, 0, 2);
    fill(wanted, same_wanted);
    Values adjoint(sequences, positions, gates), same_adjoint(sequences, positions, gates, 0, 4);
    recurrence_backward(cpu_, input.view(), expected.view(), shape, for_cpu.data(), wanted.view(), adjoint.view());
    recurrence_backward(cuda_, same_input.view(), output.view(), shape, for_cuda.data(), same_wanted.view(),
                        same_adjoint.view());
    expect_same_bits(adjoint, same_adjoint);
  }
};

TEST_P(RecurrenceOnHost, EveryCell) {
  for (RecurrentCell const cell : {RecurrentCell::simple, RecurrentCell::lstm, RecurrentCell::gru}) {
    for (bool const option : {false, true}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(cell) << " " << option);
      RecurrenceShape shape{.cell = cell, .units = integer(1, 45), .backwards = option, .resets_after = option};
      compare(shape);
      shape.gate = Activation::hard_sigmoid;
      shape.gate_alpha = 0.2F;
      shape.state = Activation::softsign;
      shape.resets_after = !option;
      compare(shape);
    }
  }
}

TEST_P(RecurrenceOnHost, ProductsOfHeads) {
  std::int64_t const sequences = integer(1, 4), heads = integer(1, 4), rows = integer(1, 40), depth = integer(1, 20),
                     columns = integer(1, 70);
  GroupedProduct product{heads, rows, depth, columns, {depth, heads * depth, 1}, {}, {}};
  product.right = integer(0, 1) == 0 ? MatrixSteps{depth, 1, heads * depth} : MatrixSteps{depth * columns, columns, 1};
  product.result = integer(0, 1) == 0 ? MatrixSteps{rows * columns, columns, 1} : MatrixSteps{rows * columns, 1, rows};
  Values left(sequences, rows, heads * depth), same_left(sequences, rows, heads * depth, 0, 3);
  Values right(sequences, columns, heads * depth), same_right(sequences, columns, heads * depth, 0, 5);
  fill(left, same_left);
  fill(right, same_right);
  Values expected(sequences, heads * rows, columns), output(sequences, heads * rows, columns, 0, 2);
  grouped_product(cpu_, left.view(), right.view(), product, expected.view());
  grouped_product(cuda_, same_left.view(), same_right.view(), product, output.view());
  expect_same_bits(expected, output);
  grouped_product(cpu_, expected.view(), right.view(), adjoint_of_left(product), left.view());
  grouped_product(cuda_, output.view(), same_right.view(), adjoint_of_left(product), same_left.view());
  expect_same_bits(left, same_left);
  grouped_product(cpu_, left.view(), expected.view(), adjoint_of_right(product), right.view());
  grouped_product(cuda_, same_left.view(), output.view(), adjoint_of_right(product), same_right.view());
  expect_same_bits(right, same_right);
}

TEST_P(RecurrenceOnHost, PermutedAxesOfATensor) {
  std::int64_t const sequences = integer(1, 3), a = integer(1, 5), b = integer(1, 5), c = integer(1, 5),
                     d = integer(1, 9);
  PermutedAxes axes;
  axes.extents = {1, 1, 1, 1, c, a, d, b};
  axes.steps = {0, 0, 0, 0, d, b * c * d, 1, c * d};
  Values input(sequences, a * b, c * d), same_input(sequences, a * b, c * d, 0, 3);
  fill(input, same_input);
  Values expected(sequences, c * a, d * b), output(sequences, c * a, d * b, 0, 2);
  permute(cpu_, input.view(), axes, expected.view());
  permute(cuda_, same_input.view(), axes, output.view());
  expect_same_bits(expected, output);
  // Element (c - 1, a - 1, 0, 0) of the result.
  EXPECT_EQ(expected.row(0)[(c * a - 1) * d * b], input.row(0)[((a - 1) * b * c + c - 1) * d]);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RecurrenceOnHost, testing::Range(1U, 9U));

}  // namespace
}  // namespace shoal::kernels
