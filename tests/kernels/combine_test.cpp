// SPDX-License-Identifier: MIT
#include "kernels/forward/combine.hpp"

#include <gmock/gmock.h>

#include "kernels/same_bits.hpp"
#include "support/activation_oracle.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;

// The extents of an operand: the output's, or one.
struct Extents {
  std::int64_t positions, channels;
};

class CombineTest : public test::OnBackend {
 protected:
  std::vector<float> combined(Combination combination, std::vector<float> const& a, Extents of_a,
                              std::vector<float> const& b, Extents of_b, Extents of_output,
                              Activation activation = Activation::linear) const {
    LayerValues const one = values_of(backend(), 1, of_a.positions, of_a.channels, a, 1);
    LayerValues const other = values_of(backend(), 1, of_b.positions, of_b.channels, b);
    LayerValues const output(backend(), 1, of_output.positions, of_output.channels, 2);
    device::dispatch(backend(), [&](auto const& space) {
      combine(space, combination, one.view(), other.view(), output.view(), activation, 2.5F);
    });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(CombineTest, ByHand) {
  std::vector<float> const a = {1, -2, 3, -4, 5, -6};
  EXPECT_THAT(combined(Combination::add, a, {3, 2}, {10, 20, 30, 40, 50, 60}, {3, 2}, {3, 2}),
              ElementsAre(11, 18, 33, 36, 55, 54));
  EXPECT_THAT(combined(Combination::multiply, a, {3, 2}, {1, 2, 3, 4, 5, 6}, {3, 2}, {3, 2}),
              ElementsAre(1, -4, 9, -16, 25, -36));
  EXPECT_THAT(combined(Combination::add, a, {3, 2}, {1, 1, 1, 1, 1, 1}, {3, 2}, {3, 2}, Activation::relu),
              ElementsAre(2, 0, 4, 0, 6, 0));
  // alpha is the activation's: min(max(x, 0), 2.5).
  EXPECT_THAT(combined(Combination::add, a, {3, 2}, {1, 1, 1, 1, 1, 1}, {3, 2}, {3, 2}, Activation::capped_relu),
              ElementsAre(2, 0, 2.5F, 0, 2.5F, 0));
}

TEST_P(CombineTest, OnePositionOrOneChannelCountsForAll) {
  std::vector<float> const a = {1, 2, 3, 4, 5, 6};  // three positions of two channels
  EXPECT_THAT(combined(Combination::multiply, a, {3, 2}, {10, 100}, {1, 2}, {3, 2}),
              ElementsAre(10, 200, 30, 400, 50, 600));
  EXPECT_THAT(combined(Combination::multiply, {10, 100, 1000}, {3, 1}, a, {3, 2}, {3, 2}),
              ElementsAre(10, 20, 300, 400, 5000, 6000));
  EXPECT_THAT(combined(Combination::add, a, {3, 2}, {10}, {1, 1}, {3, 2}), ElementsAre(11, 12, 13, 14, 15, 16));
  // A column and a row make a table.
  EXPECT_THAT(combined(Combination::add, {1, 2, 3}, {3, 1}, {10, 20}, {1, 2}, {3, 2}),
              ElementsAre(11, 21, 12, 22, 13, 23));
  EXPECT_THAT(combined(Combination::multiply, {3}, {1, 1}, {-7}, {1, 1}, {1, 1}), ElementsAre(-21));
}

TEST_P(CombineTest, MayWriteOverAnInput) {
  LayerValues const a = values_of(backend(), 1, 2, 2, {1, 2, 3, 4}), b = values_of(backend(), 1, 1, 2, {5, 6});
  device::dispatch(backend(),
                   [&](auto const& space) { combine(space, Combination::add, a.view(), b.view(), a.view()); });
  EXPECT_THAT(a.get(), ElementsAre(6, 8, 8, 10));
}

TEST_P(CombineTest, EveryBroadcastAgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 4, positions = 9, channels = 35;
  for (int shapes = 0; shapes < 16; ++shapes) {
    Extents const of_a{shapes & 1 ? 1 : positions, shapes & 2 ? 1 : channels};
    Extents const of_b{shapes & 4 ? 1 : positions, shapes & 8 ? 1 : channels};
    auto const a = test::random_floats(sequences * of_a.positions * of_a.channels, 1),
               b = test::random_floats(sequences * of_b.positions * of_b.channels, 2);
    auto const element = [&](std::vector<float> const& x, Extents of, std::int64_t s, std::int64_t t, std::int64_t c) {
      std::int64_t const row = s * of.positions + (of.positions == 1 ? 0 : t);
      return static_cast<double>(x[row * of.channels + (of.channels == 1 ? 0 : c)]);
    };
    for (Combination const combination : {Combination::add, Combination::multiply}) {
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        LayerValues const one = values_of(on, count, of_a.positions, of_a.channels,
                                          test::part_of(a, of_a.positions * of_a.channels, first, count), 1);
        LayerValues const other = values_of(on, count, of_b.positions, of_b.channels,
                                            test::part_of(b, of_b.positions * of_b.channels, first, count));
        LayerValues const output(on, count, positions, channels, 1);
        device::dispatch(on, [&](auto const& space) {
          combine(space, combination, one.view(), other.view(), output.view(), Activation::sigmoid);
        });
        EXPECT_TRUE(output.surroundings_are_kept());
        return output.get();
      };
      auto const found = compute(backend(), 0, sequences);
      for (std::int64_t i = 0; i < sequences * positions * channels; ++i) {
        std::int64_t const s = i / (positions * channels), t = i / channels % positions, c = i % channels;
        double const x = element(a, of_a, s, t, c), y = element(b, of_b, s, t, c);
        double const value = combination == Combination::add ? x + y : x * y;
        ASSERT_NEAR(found[i], test::activation_oracle(Activation::sigmoid, 1.0, value), 1e-6) << shapes << ' ' << i;
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

SHOAL_ON_EVERY_BACKEND(CombineTest);

}  // namespace
}  // namespace shoal::kernels
