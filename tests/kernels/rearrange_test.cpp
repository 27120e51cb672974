// SPDX-License-Identifier: MIT
#include "kernels/forward/rearrange.hpp"

#include <gmock/gmock.h>

#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;

class RearrangeTest : public test::OnBackend {
 protected:
  // Rows and columns of `x`, one sequence, moved into `positions` rows of `channels` nines.
  std::vector<float> moved(std::vector<float> const& x, Rectangle const& from, Rectangle const& to, std::int64_t rows,
                           std::int64_t columns, std::int64_t positions, std::int64_t channels) const {
    LayerValues const input = values_of(backend(), 1, 1, static_cast<std::int64_t>(x.size()), x, 1);
    LayerValues const output = values_of(backend(), 1, positions, channels,
                                         std::vector<float>(static_cast<std::size_t>(positions * channels), 9.0F), 2);
    device::dispatch(
        backend(), [&](auto const& space) { rearrange(space, input.view(), from, output.view(), to, rows, columns); });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(RearrangeTest, ByHand) {
  std::vector<float> const x = {1, 2, 3, 4, 5, 6};  // three positions of two channels
  // A slice of whole rows, in one run.
  EXPECT_THAT(moved(x, {2, 2, 1}, {0, 2, 1}, 2, 2, 2, 2), ElementsAre(3, 4, 5, 6));
  // Beside what is there: the second and third of three channels.
  EXPECT_THAT(moved(x, {0, 2, 1}, {1, 3, 1}, 3, 2, 3, 3), ElementsAre(9, 1, 2, 9, 3, 4, 9, 5, 6));
  // Turned, and from the last position to the first.
  EXPECT_THAT(moved(x, {0, 1, 2}, {0, 3, 1}, 2, 3, 2, 3), ElementsAre(1, 3, 5, 2, 4, 6));
  EXPECT_THAT(moved(x, {4, -2, 1}, {0, 2, 1}, 3, 2, 3, 2), ElementsAre(5, 6, 3, 4, 1, 2));
  // Every second channel, padded by a row before and after.
  EXPECT_THAT(moved(x, {1, 2, 1}, {1, 1, 1}, 3, 1, 5, 1), ElementsAre(9, 2, 4, 6, 9));
  // Columns apart on both sides.
  EXPECT_THAT(moved(x, {0, 2, 1}, {0, 4, 2}, 1, 2, 2, 2), ElementsAre(1, 9, 2, 9));
}

TEST_P(RearrangeTest, OfNothingChangesNothing) {
  EXPECT_THAT(moved({1, 2}, {0, 2, 1}, {0, 2, 1}, 0, 2, 1, 2), ElementsAre(9, 9));
  EXPECT_THAT(moved({1, 2}, {0, 2, 1}, {0, 2, 1}, 1, 0, 1, 2), ElementsAre(9, 9));
}

TEST_P(RearrangeTest, ElementByElement) {
  constexpr std::int64_t sequences = 4, positions = 6, channels = 7, size = positions * channels;
  auto const x = test::random_floats(sequences * size, 1), before = test::random_floats(sequences * 90, 2);
  struct Case {
    Rectangle from, to;
    std::int64_t rows, columns;
  };
  for (Case const& each :
       {Case{{7, 7, 1}, {0, 7, 1}, 5, 7}, Case{{0, 7, 1}, {3, 10, 1}, 6, 7}, Case{{0, 1, 7}, {0, 6, 1}, 7, 6},
        Case{{41, -7, -1}, {1, 14, 2}, 6, 7}, Case{{3, 7, 2}, {89, -3, -1}, 6, 2}}) {
    auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
      LayerValues const input = values_of(on, count, positions, channels, test::part_of(x, size, first, count));
      LayerValues const output = values_of(on, count, 9, 10, test::part_of(before, 90, first, count), 1);
      device::dispatch(on, [&](auto const& space) {
        rearrange(space, input.view(), each.from, output.view(), each.to, each.rows, each.columns);
      });
      return output.get();
    };
    auto expected = before;
    for (std::int64_t s = 0; s < sequences; ++s) {
      for (std::int64_t r = 0; r < each.rows; ++r) {
        for (std::int64_t c = 0; c < each.columns; ++c) {
          expected[s * 90 + each.to.start + r * each.to.row_step + c * each.to.column_step] =
              x[s * size + each.from.start + r * each.from.row_step + c * each.from.column_step];
        }
      }
    }
    EXPECT_EQ(compute(backend(), 0, sequences), expected) << each.from.start << ' ' << each.from.row_step;
    test::expect_the_same_bits(backend(), sequences, compute);
  }
}

TEST_P(RearrangeTest, FillAndRepeat) {
  LayerValues const output(backend(), 3, 2, 2, 1);
  device::dispatch(backend(), [&](auto const& space) { fill(space, 0.5F, output.view()); });
  EXPECT_THAT(output.get(), testing::Each(0.5F));
  EXPECT_TRUE(output.surroundings_are_kept());
  std::vector<float> const numbers = {1, 2, 3, 4};
  device::Buffer<float> const values(backend(), std::span<float const>(numbers));
  device::dispatch(backend(), [&](auto const& space) { repeat(space, values.data(), output.view()); });
  EXPECT_THAT(output.get(), ElementsAre(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4));
  EXPECT_TRUE(output.surroundings_are_kept());
}

SHOAL_ON_EVERY_BACKEND(RearrangeTest);

}  // namespace
}  // namespace shoal::kernels
