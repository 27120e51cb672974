// SPDX-License-Identifier: MIT
// The CUDA kernels of the layers beside convolutions and dense ones, executed on the host, give the bits of the CPU's.
#include <gtest/gtest.h>

#include "kernels/forward/along_axis.hpp"
#include "kernels/forward/combine.hpp"
#include "kernels/forward/convolution.hpp"
#include "kernels/forward/order.hpp"
#include "kernels/forward/rearrange.hpp"
#include "on_host.hpp"

namespace shoal::kernels {
namespace {

class OperatorsOnHost : public OnHost {};

TEST_P(OperatorsOnHost, GroupedConvolution) {
  ConvolutionShape shape;
  shape.groups = integer(2, 40);
  shape.in_channels = shape.groups * integer(1, 3);
  shape.filters = shape.groups * integer(1, 3);
  shape.width = integer(1, 7);
  shape.stride = integer(1, 3);
  shape.dilation = integer(1, 4);
  std::int64_t const reach = (shape.width - 1) * shape.dilation + 1;
  shape.padding = integer(0, reach - 1);
  std::int64_t const positions = integer(20, 60), sequences = integer(1, 4);
  std::int64_t const rows = (positions + shape.padding - 1) / shape.stride + 1;
  std::vector<float> const kernel = floats(shape.width * (shape.in_channels / shape.groups) * shape.filters);
  std::vector<float> const bias = floats(shape.filters);
  std::vector<float> for_cpu(packed_filters_size(cpu_, shape)), for_cuda(packed_filters_size(cuda_, shape));
  pack_filters(cpu_, shape, kernel.data(), bias.data(), for_cpu.data());
  pack_filters(cuda_, shape, kernel.data(), bias.data(), for_cuda.data());
  Values input(sequences, positions, shape.in_channels, reach);
  Values bare_input(sequences, positions, shape.in_channels, 0, integer(0, 5));
  fill(input, bare_input);
  Epilogue const epilogue = {.activation = activation(), .alpha = 0.3F};
  Values expected(sequences, rows, shape.filters), output(sequences, rows, shape.filters, 0, integer(0, 4));
  convolve(cpu_, input.view(), shape, for_cpu.data(), epilogue, expected.view());
  convolve(cuda_, bare_input.view(), shape, for_cuda.data(), epilogue, output.view());
  expect_same_bits(expected, output);
}

TEST_P(OperatorsOnHost, CombinationsOfEveryBroadcast) {
  std::int64_t const sequences = integer(1, 4), positions = integer(1, 40), channels = integer(1, 40);
  for (int shapes = 0; shapes < 16; ++shapes) {
    std::int64_t const a_positions = shapes & 1 ? 1 : positions, a_channels = shapes & 2 ? 1 : channels;
    std::int64_t const b_positions = shapes & 4 ? 1 : positions, b_channels = shapes & 8 ? 1 : channels;
    Values a(sequences, a_positions, a_channels), b(sequences, b_positions, b_channels);
    Values same_a(sequences, a_positions, a_channels, 0, 3), same_b(sequences, b_positions, b_channels, 0, 1);
    fill(a, same_a);
    fill(b, same_b);
    Values expected(sequences, positions, channels), output(sequences, positions, channels, 0, 2);
    for (Combination const combination : {Combination::add, Combination::multiply}) {
      Activation const after = activation();
      combine(cpu_, combination, a.view(), b.view(), expected.view(), after, 0.4F);
      combine(cuda_, combination, same_a.view(), same_b.view(), output.view(), after, 0.4F);
      expect_same_bits(expected, output);
    }
  }
}

TEST_P(OperatorsOnHost, Rearrangements) {
  std::int64_t const sequences = integer(1, 4), positions = integer(2, 40), channels = integer(2, 40);
  Values input(sequences, positions, channels), same_input(sequences, positions, channels, 0, 5);
  fill(input, same_input);
  auto const compare = [&](Rectangle const& from, Rectangle const& to, std::int64_t rows, std::int64_t columns,
                           std::int64_t output_positions, std::int64_t output_channels) {
    Values expected(sequences, output_positions, output_channels);
    Values output(sequences, output_positions, output_channels, 0, 2);
    kernels::fill(cpu_, 0.25F, expected.view());
    kernels::fill(cuda_, 0.25F, output.view());
    rearrange(cpu_, input.view(), from, expected.view(), to, rows, columns);
    rearrange(cuda_, same_input.view(), from, output.view(), to, rows, columns);
    expect_same_bits(expected, output);
  };
  std::int64_t const cut = integer(0, positions - 1);
  compare({cut * channels, channels, 1}, {0, channels, 1}, positions - cut, channels, positions - cut, channels);
  compare({(positions - 1) * channels, -channels, 1}, {0, channels, 1}, positions, channels, positions, channels);
  compare({0, 1, channels}, {0, positions, 1}, channels, positions, channels, positions);
  compare({0, channels, 1}, {3, channels + 5, 1}, positions, channels, positions, channels + 5);
  std::vector<float> const values = floats(positions * channels);
  Values expected(sequences, positions, channels), output(sequences, positions, channels, 0, 2);
  repeat(cpu_, values.data(), expected.view());
  repeat(cuda_, values.data(), output.view());
  expect_same_bits(expected, output);
}

// Half of the values are equal to others.
TEST_P(OperatorsOnHost, OrderAlongBothAxes) {
  std::int64_t const sequences = integer(1, 3), positions = integer(2, 30), channels = integer(2, 30);
  Values input(sequences, positions, channels), same_input(sequences, positions, channels, 0, 3);
  fill(input, same_input, 9.0F);
  for (std::int64_t s = 0; s < sequences; ++s) {
    for (std::int64_t i = 0; i < input.row_size(); i += 2) input.row(s)[i] = same_input.row(s)[i] = float(i % 3);
  }
  Values expected(sequences, positions, channels), output(sequences, positions, channels, 0, 2);
  for (Axis const axis : {Axis::positions, Axis::channels}) {
    hardmax(cpu_, input.view(), axis, expected.view());
    hardmax(cuda_, same_input.view(), axis, output.view());
    expect_same_bits(expected, output);
    bool const down = axis == Axis::positions, is_largest = integer(0, 1) == 1;
    std::int64_t const rows = down ? integer(1, positions) : positions,
                       columns = down ? channels : integer(1, channels);
    Values one(sequences, rows, columns), other(sequences, rows, columns, 0, 1);
    top_k(cpu_, input.view(), axis, is_largest, one.view());
    top_k(cuda_, same_input.view(), axis, is_largest, other.view());
    expect_same_bits(one, other);
    top_k_backward(cpu_, input.view(), axis, is_largest, one.view(), expected.view());
    top_k_backward(cuda_, same_input.view(), axis, is_largest, other.view(), output.view());
    expect_same_bits(expected, output);
  }
}

TEST_P(OperatorsOnHost, ReductionsSoftmaxAndLayerNorm) {
  std::int64_t const sequences = integer(1, 4), positions = integer(1, 60), channels = integer(1, 60);
  Values input(sequences, positions, channels), same_input(sequences, positions, channels, 0, 5);
  fill(input, same_input, 9.0F);
  Values expected(sequences, positions, channels), output(sequences, positions, channels, 0, 2);
  for (Axis const axis : {Axis::positions, Axis::channels}) {
    softmax(cpu_, input.view(), axis, expected.view());
    softmax(cuda_, same_input.view(), axis, output.view());
    expect_same_bits(expected, output);
    bool const rows = axis == Axis::positions;
    Values one(sequences, rows ? 1 : positions, rows ? channels : 1);
    Values other(sequences, rows ? 1 : positions, rows ? channels : 1, 0, 1);
    for (auto const kind : {Reduction::mean, Reduction::sum, Reduction::max, Reduction::log_sum_exp}) {
      reduce(cpu_, input.view(), kind, axis, one.view());
      reduce(cuda_, same_input.view(), kind, axis, other.view());
      expect_same_bits(one, other);
    }
  }
  std::vector<float> const scale = floats(channels), shift = floats(channels);
  layer_norm(cpu_, input.view(), scale.data(), shift.data(), 1e-5F, expected.view());
  layer_norm(cuda_, same_input.view(), scale.data(), shift.data(), 1e-5F, output.view());
  expect_same_bits(expected, output);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OperatorsOnHost, testing::Range(1U, 13U));

}  // namespace
}  // namespace shoal::kernels
