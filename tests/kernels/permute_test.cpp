// SPDX-License-Identifier: MIT
#include "kernels/forward/permute.hpp"

#include <gmock/gmock.h>

#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;

class PermuteTest : public test::OnBackend {
 protected:
  std::vector<float> permuted(device::Backend const& on, std::vector<float> const& x, std::int64_t sequences,
                              std::int64_t positions, std::int64_t channels, PermutedAxes const& axes) const {
    LayerValues const input = values_of(on, sequences, positions, channels, x, 1);
    LayerValues const output(on, sequences, channels, positions, 2);
    device::dispatch(on, [&](auto const& space) { permute(space, input.view(), axes, output.view()); });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(PermuteTest, ByHand) {
  // [2, 3] turned: the output's rows are the input's columns.
  std::vector<float> const x = {1, 2, 3, 4, 5, 6};
  EXPECT_THAT(permuted(backend(), x, 1, 2, 3, {{1, 1, 1, 1, 1, 1, 3, 2}, {0, 0, 0, 0, 0, 0, 1, 3}}),
              ElementsAre(1, 4, 2, 5, 3, 6));
  // The same order: a copy.
  EXPECT_THAT(permuted(backend(), x, 1, 2, 3, {{1, 1, 1, 1, 1, 1, 2, 3}, {0, 0, 0, 0, 0, 0, 3, 1}}),
              ElementsAre(1, 2, 3, 4, 5, 6));
  // [2, 2, 2] with its first two axes exchanged: heads and positions.
  EXPECT_THAT(
      permuted(backend(), {1, 2, 3, 4, 5, 6, 7, 8}, 1, 4, 2, {{1, 1, 1, 1, 1, 2, 2, 2}, {0, 0, 0, 0, 0, 2, 4, 1}}),
      ElementsAre(1, 2, 5, 6, 3, 4, 7, 8));
  EXPECT_THAT(permuted(backend(), {-3}, 1, 1, 1, {}), ElementsAre(-3));
}

// Every element by its indices, along all eight axes.
TEST_P(PermuteTest, EightAxesByTheirIndices) {
  constexpr std::int64_t sequences = 3, size = 2 * 3 * 1 * 2 * 1 * 2 * 3 * 5;
  // Axis a of the output is axis order[a] of the input.
  std::array<std::int64_t, 8> const extents = {2, 3, 1, 2, 1, 2, 3, 5}, order = {5, 1, 7, 2, 0, 3, 4, 6};
  std::array<std::int64_t, 8> steps{};
  std::int64_t step = 1;
  for (std::size_t a = 8; a-- > 0; step *= extents[a]) steps[a] = step;
  PermutedAxes axes;
  for (std::size_t a = 0; a < 8; ++a) {
    axes.extents[a] = extents[static_cast<std::size_t>(order[a])];
    axes.steps[a] = steps[static_cast<std::size_t>(order[a])];
  }
  auto const x = test::random_floats(sequences * size, 1);
  auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
    return permuted(on, test::part_of(x, size, first, count), count, 60, size / 60, axes);
  };
  auto const y = compute(backend(), 0, sequences);
  for (std::int64_t i = 0; i < sequences * size; ++i) {
    std::int64_t rest = i % size, from = 0;
    for (std::size_t a = 8; a-- > 0; rest /= axes.extents[a]) {
      from += rest % axes.extents[a] * steps[static_cast<std::size_t>(order[a])];
    }
    ASSERT_EQ(y[i], x[i / size * size + from]) << i;
  }
  test::expect_the_same_bits(backend(), sequences, compute);
}

SHOAL_ON_EVERY_BACKEND(PermuteTest);

}  // namespace
}  // namespace shoal::kernels
