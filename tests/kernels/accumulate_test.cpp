// SPDX-License-Identifier: MIT
#include "kernels/backward/accumulate.hpp"
#include "kernels/forward/rearrange.hpp"

#include <gmock/gmock.h>

#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;

// One element into one.
Accumulation moves(std::int64_t positions, std::int64_t channels, ElementSteps target, ElementSteps source) {
  Accumulation what;
  what.positions = positions;
  what.channels = channels;
  what.target = target;
  what.source = source;
  return what;
}

class AccumulateTest : public test::OnBackend {
 protected:
  // One sequence's `target` [positions, channels] after the accumulation of `source` (and `factor`, unless empty).
  std::vector<float> accumulated(std::vector<float> const& source, std::vector<float> const& factor,
                                 Accumulation const& what, std::vector<float> const& target, std::int64_t positions,
                                 std::int64_t channels) const {
    LayerValues const from = values_of(backend(), 1, 1, static_cast<std::int64_t>(source.size()), source);
    LayerValues const by = values_of(backend(), 1, 1, static_cast<std::int64_t>(factor.size()), factor);
    LayerValues const to = values_of(backend(), 1, positions, channels, target, 2);
    ConstValues const factors = factor.empty() ? ConstValues{} : ConstValues(by.view());
    device::dispatch(backend(), [&](auto const& space) { accumulate(space, from.view(), factors, what, to.view()); });
    EXPECT_TRUE(to.surroundings_are_kept());
    return to.get();
  }
};

TEST_P(AccumulateTest, AddsRowsThatLieNextToEachOther) {
  Accumulation what = moves(2, 3, {1, 4, 1}, {0, 3, 1});
  EXPECT_THAT(accumulated({1, 2, 3, 4, 5, 6}, {}, what, {10, 20, 30, 40, 50, 60, 70, 80}, 2, 4),
              ElementsAre(10, 21, 32, 43, 50, 64, 75, 86));
  what.scale = -2.0F;
  EXPECT_THAT(accumulated({1, 2, 3, 4, 5, 6}, {}, what, {10, 20, 30, 40, 50, 60, 70, 80}, 2, 4),
              ElementsAre(10, 18, 26, 34, 50, 52, 60, 68));
}

TEST_P(AccumulateTest, RepeatsReversesAndTurns) {
  // A step of 0 repeats an element.
  EXPECT_THAT(accumulated({5, 7}, {}, moves(2, 2, {0, 2, 1}, {0, 1, 0}), {1, 2, 3, 4}, 2, 2),
              ElementsAre(6, 7, 10, 11));
  // From the last element to the first.
  EXPECT_THAT(accumulated({1, 2, 3, 4}, {}, moves(2, 2, {0, 2, 1}, {3, -2, -1}), {0, 0, 0, 0}, 2, 2),
              ElementsAre(4, 3, 2, 1));
  // Channels as positions.
  EXPECT_THAT(accumulated({1, 2, 3, 4, 5, 6}, {}, moves(3, 2, {0, 2, 1}, {0, 1, 3}), {0, 0, 0, 0, 0, 0}, 3, 2),
              ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST_P(AccumulateTest, SumsProducts) {
  // Each row of two times the factors 10 and 100, halved: (10 + 200) / 2, (30 + 400) / 2.
  Accumulation rows = moves(2, 1, {0, 1, 1}, {0, 2, 0});
  rows.summed_channels = 2;
  rows.source_sum = rows.factor_sum = {0, 0, 1};
  rows.scale = 0.5F;
  EXPECT_THAT(accumulated({1, 2, 3, 4}, {10, 100}, rows, {1, 2}, 2, 1), ElementsAre(106, 217));
  // Over both axes of [2, 2] at once: 1 + 2 + 3 + 4.
  Accumulation both = moves(1, 1, {0, 0, 1}, {0, 0, 0});
  both.summed_positions = both.summed_channels = 2;
  both.source_sum = {0, 2, 1};
  EXPECT_THAT(accumulated({1, 2, 3, 4}, {}, both, {0.5F}, 1, 1), ElementsAre(10.5F));
}

TEST_P(AccumulateTest, WithoutChannelsNothingChanges) {
  EXPECT_THAT(accumulated({1}, {}, moves(1, 0, {}, {}), {3, 4}, 1, 2), ElementsAre(3, 4));
}

// A matrix product with a factor of its own for every position, by its definition.
TEST_P(AccumulateTest, AgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 5, positions = 7, channels = 11, depth = 13;
  auto const source = test::random_floats(sequences * positions * depth, 1);
  auto const factor = test::random_floats(sequences * depth * channels, 2);
  auto const before = test::random_floats(sequences * positions * channels, 3);
  Accumulation what = moves(positions, channels, {0, channels, 1}, {0, depth, 0});
  what.factor = {0, 0, 1};
  what.summed_channels = depth;
  what.source_sum = {0, 0, 1};
  what.factor_sum = {0, 0, channels};
  what.scale = 0.75F;
  auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
    LayerValues const from =
        values_of(on, count, positions, depth, test::part_of(source, positions * depth, first, count));
    LayerValues const by = values_of(on, count, depth, channels, test::part_of(factor, depth * channels, first, count));
    LayerValues const to =
        values_of(on, count, positions, channels, test::part_of(before, positions * channels, first, count));
    device::dispatch(on, [&](auto const& space) { accumulate(space, from.view(), by.view(), what, to.view()); });
    return to.get();
  };
  auto const found = compute(backend(), 0, sequences);
  for (std::int64_t i = 0; i < sequences * positions * channels; ++i) {
    std::int64_t const row = i / channels, c = i % channels, s = row / positions;
    double sum = 0.0;
    for (std::int64_t k = 0; k < depth; ++k) {
      sum += static_cast<double>(source[row * depth + k]) * factor[(s * depth + k) * channels + c];
    }
    ASSERT_NEAR(found[i], before[i] + 0.75 * sum, 5e-6) << i;
  }
  test::expect_the_same_bits(backend(), sequences, compute);
}

TEST_P(AccumulateTest, SetsLoadsAndStores) {
  LayerValues const values(backend(), 2, 3, 2, 1);
  device::dispatch(backend(), [&](auto const& space) { fill(space, -1.5F, values.view()); });
  EXPECT_THAT(values.get(), testing::Each(-1.5F));
  EXPECT_TRUE(values.surroundings_are_kept());
  std::vector<float> const numbers = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  device::Buffer<float> const loaded(backend(), std::span<float const>(numbers));
  device::dispatch(backend(), [&](auto const& space) { load_values(space, loaded.data(), values.view()); });
  EXPECT_EQ(values.get(), numbers);
  EXPECT_TRUE(values.surroundings_are_kept());
  // Maps [channels, positions], eight floats apart.
  std::vector<float> const untouched(16, 0.25F);
  device::Buffer<float> maps(backend(), std::span<float const>(untouched));
  device::dispatch(backend(), [&](auto const& space) { store_maps(space, values.view(), maps.data() + 1, 8); });
  EXPECT_THAT(maps.to_host(), ElementsAre(0.25F, 1, 3, 5, 2, 4, 6, 0.25F, 0.25F, 7, 9, 11, 8, 10, 12, 0.25F));
}

SHOAL_ON_EVERY_BACKEND(AccumulateTest);

}  // namespace
}  // namespace shoal::kernels
