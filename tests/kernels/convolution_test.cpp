// SPDX-License-Identifier: MIT
#include "kernels/forward/convolution.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernels/layer_values.hpp"
#include "support/backends.hpp"
#include "support/packed_codes.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

struct Case {
  std::int64_t sequences, positions;
  ConvolutionShape shape;
  std::int64_t rows;  // rows of the convolution, before pooling
  Epilogue epilogue;
};

// "valid" rows, or with `padding` zero rows on either side.
Case make_case(std::int64_t sequences, std::int64_t positions, ConvolutionShape shape, Epilogue epilogue = {}) {
  std::int64_t const extent = (shape.width - 1) * shape.dilation + 1;
  return {sequences, positions, shape, (positions + 2 * shape.padding - extent) / shape.stride + 1, epilogue};
}

// The definition in convolution.hpp, in double precision; relu is the only activation used here.
std::vector<double> oracle(Case const& c, std::vector<float> const& x, std::vector<float> const& kernel,
                           std::vector<float> const& bias) {
  ConvolutionShape const& shape = c.shape;
  std::int64_t const out_rows = c.rows / c.epilogue.pool;
  std::vector<double> y;
  for (std::int64_t s = 0; s < c.sequences; ++s) {
    for (std::int64_t u = 0; u < out_rows; ++u) {
      for (std::int64_t f = 0; f < shape.filters; ++f) {
        double most = -INFINITY;
        for (std::int64_t t = u * c.epilogue.pool; t < (u + 1) * c.epilogue.pool; ++t) {
          double sum = bias.empty() ? 0.0 : static_cast<double>(bias[at(f)]);
          for (std::int64_t k = 0; k < shape.width; ++k) {
            std::int64_t const p = t * shape.stride + k * shape.dilation - shape.padding;
            if (p < 0 || p >= c.positions) continue;
            for (std::int64_t i = 0; i < shape.in_channels; ++i) {
              sum += static_cast<double>(x[at((s * c.positions + p) * shape.in_channels + i)]) *
                     static_cast<double>(kernel[at((k * shape.in_channels + i) * shape.filters + f)]);
            }
          }
          most = std::max(most, sum);
        }
        y.push_back(c.epilogue.activation == Activation::relu ? std::max(most, 0.0) : most);
      }
    }
  }
  return y;
}

void expect_near(std::vector<float> const& values, std::vector<double> const& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(values[i]), expected[i], 1e-5 * (1.0 + std::abs(expected[i]))) << "element " << i;
  }
}

class ConvolutionTest : public test::OnBackend {
 protected:
  device::Buffer<float> packed(ConvolutionShape const& shape, std::vector<float> const& kernel,
                               std::vector<float> const& bias, bool of_codes) const {
    float const* const bias_data = bias.empty() ? nullptr : bias.data();
    return device::dispatch(backend(), [&](auto const& space) {
      std::vector<float> host(of_codes ? packed_code_filters_size(space, shape) : packed_filters_size(space, shape));
      if (of_codes) {
        pack_code_filters(space, shape, kernel.data(), bias_data, host.data());
      } else {
        pack_filters(space, shape, kernel.data(), bias_data, host.data());
      }
      return device::Buffer<float>(backend(), std::span<float const>(host));
    });
  }

  bool can_fuse(std::int64_t pool) const {
    return device::dispatch(backend(), [&](auto const& space) { return fuses_max_pool(space, pool); });
  }

  std::vector<float> convolved(Case const& c, std::vector<float> const& x, std::vector<float> const& kernel,
                               std::vector<float> const& bias) const {
    ConvolutionShape const& shape = c.shape;
    LayerValues input(backend(), c.sequences, c.positions, shape.in_channels, shape.padding);
    LayerValues output(backend(), c.sequences, c.rows / c.epilogue.pool, shape.filters, 2);
    input.set(x);
    auto const filters = packed(shape, kernel, bias, false);
    device::dispatch(backend(), [&](auto const& space) {
      convolve(space, input.view(), shape, filters.data(), c.epilogue, output.view());
    });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }

  void check(Case const& c, unsigned seed) const {
    ConvolutionShape const& shape = c.shape;
    auto const x = test::random_floats(c.sequences * c.positions * shape.in_channels, seed);
    std::int64_t const terms = shape.width * shape.in_channels;
    auto const kernel =
        test::random_floats(terms * shape.filters, seed + 1, 1.0 / std::sqrt(static_cast<double>(terms)));
    auto const bias = test::random_floats(shape.filters, seed + 2);
    expect_near(convolved(c, x, kernel, bias), oracle(c, x, kernel, bias));
  }
};

TEST_P(ConvolutionTest, ByHand) {
  // Two channels, two filters of width 2: y[t, 0] = x[t, 0] + 2 x[t+1, 1], y[t, 1] = 10 - x[t, 1].
  Case const c = make_case(1, 3, {.in_channels = 2, .filters = 2, .width = 2});
  auto const y = convolved(c, {1, 2, 3, 4, 5, 6}, {1, 0, 0, -1, 0, 0, 2, 0}, {0, 10});
  EXPECT_THAT(y, testing::ElementsAre(1 + 8, 10 - 2, 3 + 12, 10 - 4));
}

TEST_P(ConvolutionTest, EveryTileHeightAndWidth) {
  for (std::int64_t positions = 1; positions <= 31; ++positions) {
    for (std::int64_t const filters : {1, 8, 16, 17, 31, 33, 60}) {
      SCOPED_TRACE(testing::Message() << positions << " positions, " << filters << " filters");
      check(make_case(2, positions, {.in_channels = 3, .filters = filters, .width = 3, .padding = 1}), 7);
    }
  }
}

TEST_P(ConvolutionTest, WidthsStridesAndDilations) {
  for (std::int64_t const width : {1, 2, 5, 8}) {
    for (std::int64_t const stride : {1, 2, 3}) {
      for (std::int64_t const dilation : {1, 2, 4}) {
        for (std::int64_t const padding : {0, 3, 9}) {
          SCOPED_TRACE(testing::Message() << width << " " << stride << " " << dilation << " " << padding);
          check(make_case(3, 37,
                          {.in_channels = 5,
                           .filters = 19,
                           .width = width,
                           .stride = stride,
                           .dilation = dilation,
                           .padding = padding}),
                static_cast<unsigned>(width));
        }
      }
    }
  }
}

TEST_P(ConvolutionTest, FusedPooling) {
  for (std::int64_t pool = 1; pool <= 8; ++pool) {
    if (!can_fuse(pool)) continue;
    for (std::int64_t const positions : {9, 16, 50}) {
      SCOPED_TRACE(testing::Message() << "pool " << pool << ", positions " << positions);
      check(make_case(2, positions, {.in_channels = 6, .filters = 35, .width = 3, .padding = 1},
                      {.activation = Activation::relu, .pool = pool}),
            9);
    }
  }
}

TEST_P(ConvolutionTest, NumberOfSequencesDoesNotChangeABit) {
  ConvolutionShape const shape = {.in_channels = 16, .filters = 40, .width = 5, .padding = 2};
  auto const x = test::random_floats(33 * 29 * 16, 1);
  auto const kernel = test::random_floats(5 * 16 * 40, 2), bias = test::random_floats(40, 3);
  auto const all = convolved(make_case(33, 29, shape), x, kernel, bias);
  for (std::int64_t const s : {0, 1, 17, 32}) {
    std::vector<float> const one(x.begin() + s * 29 * 16, x.begin() + (s + 1) * 29 * 16);
    std::vector<float> const expected(all.begin() + s * 29 * 40, all.begin() + (s + 1) * 29 * 40);
    EXPECT_EQ(convolved(make_case(1, 29, shape), one, kernel, bias), expected);
  }
}

TEST_P(ConvolutionTest, CodesGiveTheConvolutionOfTheirOneHotValues) {
  for (std::int64_t const filters : {1, 16, 24, 64, 70, 130}) {
    for (std::int64_t const stride : {1, 3}) {
      for (std::int64_t const pool : {1, 2, 4}) {
        if (!can_fuse(pool)) continue;
        SCOPED_TRACE(testing::Message() << filters << " filters, stride " << stride << ", pool " << pool);
        ConvolutionShape const shape = {
            .in_channels = 4, .filters = filters, .width = 7, .stride = stride, .dilation = stride, .padding = 3};
        Case const c = make_case(5, 99, shape, {.activation = Activation::relu, .pool = pool});
        auto const sequences = test::random_codes(5, 99, 4, {0, 31, 32, 33, 98});
        test::PackedCodes const codes(backend(), sequences);
        auto const kernel = test::random_floats(7 * 4 * filters, 5), bias = test::random_floats(filters, 6);
        LayerValues one_hot(backend(), 5, 99, 4, 1), output(backend(), 5, c.rows / pool, filters, 1);
        auto const packed_filters = packed(shape, kernel, bias, true);
        device::dispatch(backend(), [&](auto const& space) {
          expand_codes(space, codes.view(), one_hot.view());
          convolve_codes(space, codes.view(), shape, packed_filters.data(), c.epilogue, output.view());
        });
        EXPECT_TRUE(one_hot.surroundings_are_kept());
        EXPECT_TRUE(output.surroundings_are_kept());
        auto const x = one_hot.get();
        for (std::size_t i = 0; i < x.size(); ++i)
          ASSERT_EQ(x[i], sequences[i / 396][i / 4 % 99] == i % 4 ? 1.0F : 0.0F);
        expect_near(output.get(), oracle(c, x, kernel, bias));
      }
    }
  }
}

TEST_P(ConvolutionTest, LongSequencesAreCutWithoutASeam) {
  ConvolutionShape const shape = {.in_channels = 4, .filters = 3, .width = 11, .dilation = 8, .padding = 40};
  Case const c = make_case(2, 9001, shape, {.pool = 3});
  if (!can_fuse(3)) GTEST_SKIP() << "pooling of 3 is not fused here";
  test::PackedCodes const codes(backend(), test::random_codes(2, 9001, 8));
  auto const kernel = test::random_floats(11 * 4 * 3, 5);
  LayerValues one_hot(backend(), 2, 9001, 4), output(backend(), 2, c.rows / 3, 3);
  auto const packed_filters = packed(shape, kernel, {}, true);
  device::dispatch(backend(), [&](auto const& space) {
    expand_codes(space, codes.view(), one_hot.view());
    convolve_codes(space, codes.view(), shape, packed_filters.data(), c.epilogue, output.view());
  });
  expect_near(output.get(), oracle(c, one_hot.get(), kernel, {}));
}

SHOAL_ON_EVERY_BACKEND(ConvolutionTest);

}  // namespace
}  // namespace shoal::kernels
