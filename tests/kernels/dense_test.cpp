// SPDX-License-Identifier: MIT
#include "kernels/forward/dense.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "kernels/layer_values.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;

class DenseTest : public test::OnBackend {
 protected:
  std::vector<float> product(std::int64_t sequences, std::int64_t positions, DenseShape const& shape,
                             std::vector<float> const& x, std::vector<float> const& kernel,
                             std::vector<float> const& bias) const {
    LayerValues input(backend(), sequences, positions, shape.in_channels);
    LayerValues output(backend(), sequences, positions, shape.units, 1);
    input.set(x);
    device::dispatch(backend(), [&](auto const& space) {
      std::vector<float> host(packed_weights_size(space, shape));
      pack_weights(space, shape, kernel.data(), bias.empty() ? nullptr : bias.data(), host.data());
      device::Buffer<float> const weights(backend(), std::span<float const>(host));
      dense(space, input.view(), shape, weights.data(), output.view());
      backend().synchronize();
    });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(DenseTest, ByHand) {
  DenseShape const shape = {.in_channels = 2, .units = 3, .activation = Activation::relu};
  EXPECT_THAT(product(1, 1, shape, {2, 3}, {1, 0, -1, 0, 1, -1}, {0.5F, -4, 1}), testing::ElementsAre(2.5F, 0, 0));
}

TEST_P(DenseTest, AgreesWithDoublePrecision) {
  for (std::int64_t const sequences : {1, 2, 13, 32, 67}) {
    for (std::int64_t const positions : {1, 6}) {
      for (std::int64_t const units : {1, 5, 32, 49}) {
        SCOPED_TRACE(testing::Message() << sequences << " sequences, " << positions << " positions, " << units
                                        << " units");
        DenseShape const shape = {.in_channels = 77, .units = units, .activation = Activation::tanh};
        auto const x = test::random_floats(sequences * positions * 77, 1);
        auto const kernel = test::random_floats(77 * units, 2, 0.1), bias = test::random_floats(units, 3);
        auto const y = product(sequences, positions, shape, x, kernel, bias);
        for (std::size_t i = 0; i < y.size(); ++i) {
          std::size_t const row = i / static_cast<std::size_t>(units), unit = i % static_cast<std::size_t>(units);
          auto sum = static_cast<double>(bias[unit]);
          for (std::size_t c = 0; c < 77; ++c) {
            sum += static_cast<double>(x[77 * row + c]) *
                   static_cast<double>(kernel[c * static_cast<std::size_t>(units) + unit]);
          }
          ASSERT_NEAR(static_cast<double>(y[i]), std::tanh(sum), 3e-6) << "element " << i;
        }
      }
    }
  }
}

TEST_P(DenseTest, NumberOfSequencesDoesNotChangeABit) {
  DenseShape const shape = {.in_channels = 300, .units = 37};
  auto const x = test::random_floats(70 * 300, 4), kernel = test::random_floats(300 * 37, 5);
  auto const all = product(70, 1, shape, x, kernel, {});
  for (std::int64_t const count : {1, 2, 7, 16, 33}) {
    std::vector<float> const some(x.begin(), x.begin() + count * 300);
    EXPECT_EQ(product(count, 1, shape, some, kernel, {}), std::vector<float>(all.begin(), all.begin() + count * 37));
  }
}

SHOAL_ON_EVERY_BACKEND(DenseTest);

}  // namespace
}  // namespace shoal::kernels
