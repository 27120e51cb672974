// SPDX-License-Identifier: MIT
// Tensor-core products, executed on the host, against double-precision sums of the rounded operands; and that neither
// neighbours nor the place of a row change a bit.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/common/tf32.hpp"
#include "kernels/forward/convolution.hpp"
#include "kernels/forward/dense.hpp"
#include "on_host.hpp"

namespace shoal::kernels {

namespace {

// What a precision makes of a product.
double product_of(Precision precision, float x, float w) {
  if (precision == Precision::tf32) return static_cast<double>(to_tf32(x)) * static_cast<double>(to_tf32(w));
  SplitFloat const a = split_float(x), b = split_float(w);
  auto const value = [](std::uint16_t half) { return static_cast<double>(from_bfloat16(half)); };
  double const high = value(a.high) * value(b.high);
  if (precision == Precision::bf16) return high;
  return high + value(a.high) * value(b.low) + value(a.low) * value(b.high);
}

class TensorProductOnHost : public OnHost {
 protected:
  static constexpr Precision all[] = {Precision::tf32, Precision::bf16x3, Precision::bf16};

  // The definition of a convolution in convolution.hpp, without activation; `magnitude` is the sum of the terms' sizes.
  static double expected(ConvolutionShape const& shape, Values const& input, std::int64_t s, std::int64_t t,
                         std::int64_t f, std::vector<float> const& kernel, double bias, double& magnitude) {
    double sum = bias;
    magnitude = std::abs(bias);
    for (std::int64_t k = 0; k < shape.width; ++k) {
      std::int64_t const p = t * shape.stride + k * shape.dilation - shape.padding;
      if (p < 0 || p >= input.view().positions) continue;
      for (std::int64_t c = 0; c < shape.in_channels; ++c) {
        float const w = kernel[static_cast<std::size_t>((k * shape.in_channels + c) * shape.filters + f)];
        double const term = product_of(shape.precision, input.row(s)[p * shape.in_channels + c], w);
        sum += term;
        magnitude += std::abs(term);
      }
    }
    return sum;
  }
};

TEST_P(TensorProductOnHost, Convolve) {
  ConvolutionShape shape;
  shape.in_channels = integer(0, 1) == 0 ? integer(1, 9) : integer(10, 70);
  shape.filters = integer(0, 2) == 0 ? integer(60, 140) : integer(1, 70);
  shape.width = integer(1, 6);
  shape.stride = integer(0, 2) == 0 ? 2 : 1;
  shape.dilation = integer(0, 2) == 0 ? 3 : 1;
  std::int64_t const sequences = integer(1, 4), positions = integer(20, 90);
  std::int64_t const reach = (shape.width - 1) * shape.dilation + 1;
  shape.padding = integer(-2, reach - 1);
  std::int64_t const pool = std::int64_t{1} << integer(0, 2);
  std::int64_t const rows = ((positions + shape.padding - reach) / shape.stride + 1) / pool;
  Values input(sequences, positions, shape.in_channels, 0, integer(0, 5));
  Values same(sequences, positions, shape.in_channels);
  fill(same, input);
  auto const kernel = floats(shape.width * shape.in_channels * shape.filters), bias = floats(shape.filters);
  for (Precision const precision : all) {
    shape.precision = precision;
    std::vector<float> packed(packed_filters_size(cuda_, shape));
    pack_filters(cuda_, shape, kernel.data(), bias.data(), packed.data());
    Values output(sequences, rows, shape.filters, 0, integer(0, 4));
    Epilogue const epilogue = {.activation = Activation::relu, .pool = pool};
    convolve(cuda_, input.view(), shape, packed.data(), epilogue, output.view());
    for (std::int64_t s = 0; s < sequences; ++s) {
      for (std::int64_t i = 0; i < rows * shape.filters; ++i) {
        double most = 0.0, largest = 0.0, magnitude = 0.0;
        std::int64_t const f = i % shape.filters;
        for (std::int64_t p = 0; p < pool; ++p) {
          std::int64_t const t = i / shape.filters * pool + p;
          auto const b = static_cast<double>(bias[static_cast<std::size_t>(f)]);
          most = std::max(most, expected(shape, input, s, t, f, kernel, b, magnitude));
          largest = std::max(largest, magnitude);
        }
        ASSERT_NEAR(static_cast<double>(output.row(s)[i]), most, 1e-6 * largest)
            << to_string(precision) << ", sequence " << s << ", element " << i;
      }
    }
    // The last sequence alone: at another row of another block.
    Values alone(1, rows, shape.filters);
    ConstValues last = input.view();
    last.data += (sequences - 1) * last.stride;
    last.sequences = 1;
    convolve(cuda_, last, shape, packed.data(), epilogue, alone.view());
    for (std::int64_t i = 0; i < rows * shape.filters; ++i) ASSERT_EQ(alone.row(0)[i], output.row(sequences - 1)[i]);
  }
}

TEST_P(TensorProductOnHost, Dense) {
  DenseShape shape{integer(1, 150), integer(1, 100), Activation::linear};
  std::int64_t const sequences = integer(1, 200);
  Values input(sequences, 1, shape.in_channels), same(sequences, 1, shape.in_channels);
  fill(same, input);
  auto const kernel = floats(shape.in_channels * shape.units), bias = floats(shape.units);
  for (Precision const precision : all) {
    shape.precision = precision;
    std::vector<float> packed(packed_weights_size(cuda_, shape));
    pack_weights(cuda_, shape, kernel.data(), bias.data(), packed.data());
    Values output(sequences, 1, shape.units);
    dense(cuda_, input.view(), shape, packed.data(), output.view());
    ConvolutionShape const as_convolution = {
        .in_channels = shape.in_channels, .filters = shape.units, .precision = precision};
    for (std::int64_t s = 0; s < sequences; ++s) {
      for (std::int64_t u = 0; u < shape.units; ++u) {
        double magnitude = 0.0;
        auto const b = static_cast<double>(bias[static_cast<std::size_t>(u)]);
        double const sum = expected(as_convolution, input, s, 0, u, kernel, b, magnitude);
        ASSERT_NEAR(static_cast<double>(output.row(s)[u]), sum, 1e-6 * magnitude) << to_string(precision);
      }
    }
  }
}

TEST(Tf32, RoundsToTenBitsAwayFromZero) {
  EXPECT_EQ(to_tf32(1.0F), 1.0F);
  EXPECT_EQ(to_tf32(1.0F + 0x1p-11F), 1.0F + 0x1p-10F);
  EXPECT_EQ(to_tf32(-1.0F - 0x1p-11F), -1.0F - 0x1p-10F);
  EXPECT_EQ(to_tf32(1.0F + 0x1.8p-12F), 1.0F);
  EXPECT_EQ(to_tf32(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(to_tf32(NAN)));
}

INSTANTIATE_TEST_SUITE_P(Seeds, TensorProductOnHost, testing::Range(1U, 13U));

}  // namespace

}  // namespace shoal::kernels
