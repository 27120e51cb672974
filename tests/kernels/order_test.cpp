// SPDX-License-Identifier: MIT
#include "kernels/forward/order.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/layer_values.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using testing::ElementsAre;

class OrderTest : public test::OnBackend {
 protected:
  std::vector<float> largest(std::vector<float> const& x, std::int64_t positions, std::int64_t channels, Axis axis,
                             bool is_largest, std::int64_t count) const {
    bool const down = axis == Axis::positions;
    auto const sequences = static_cast<std::int64_t>(x.size()) / (positions * channels);
    LayerValues input(backend(), sequences, positions, channels);
    LayerValues output(backend(), sequences, down ? count : positions, down ? channels : count, 2);
    input.set(x);
    device::dispatch(backend(),
                     [&](auto const& space) { top_k(space, input.view(), axis, is_largest, output.view()); });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }

  std::vector<float> adjoints(std::vector<float> const& x, std::int64_t positions, std::int64_t channels, Axis axis,
                              std::vector<float> const& g) const {
    bool const down = axis == Axis::positions;
    std::int64_t const count = static_cast<std::int64_t>(g.size()) / (down ? channels : positions);
    LayerValues input(backend(), 1, positions, channels), to(backend(), 1, positions, channels, 1);
    LayerValues from(backend(), 1, down ? count : positions, down ? channels : count);
    input.set(x);
    from.set(g);
    device::dispatch(
        backend(), [&](auto const& space) { top_k_backward(space, input.view(), axis, true, from.view(), to.view()); });
    EXPECT_TRUE(to.surroundings_are_kept());
    return to.get();
  }

  std::vector<float> places(std::vector<float> const& x, std::int64_t positions, std::int64_t channels,
                            Axis axis) const {
    LayerValues input(backend(), 1, positions, channels), output(backend(), 1, positions, channels, 1);
    input.set(x);
    device::dispatch(backend(), [&](auto const& space) { hardmax(space, input.view(), axis, output.view()); });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(OrderTest, ByHand) {
  std::vector<float> const x = {1, -2, 3, 3, 5, 0, 3, 4};  // four positions of two channels
  EXPECT_THAT(largest(x, 4, 2, Axis::positions, true, 3), ElementsAre(5, 4, 3, 3, 3, 0));
  EXPECT_THAT(largest(x, 4, 2, Axis::positions, false, 2), ElementsAre(1, -2, 3, 0));
  EXPECT_THAT(largest(x, 4, 2, Axis::channels, true, 2), ElementsAre(1, -2, 3, 3, 5, 0, 4, 3));
  // The first of equal elements takes the first adjoint.
  EXPECT_THAT(adjoints(x, 4, 2, Axis::positions, {10, 20, 30, 40}), ElementsAre(0, 0, 30, 40, 10, 0, 0, 20));
  EXPECT_THAT(adjoints(x, 4, 2, Axis::channels, {1, 2, 3, 4}), ElementsAre(1, 0, 2, 0, 3, 0, 0, 4));
  EXPECT_THAT(places(x, 4, 2, Axis::channels), ElementsAre(1, 0, 1, 0, 1, 0, 0, 1));
  EXPECT_THAT(places(x, 4, 2, Axis::positions), ElementsAre(0, 0, 0, 0, 1, 0, 0, 1));
}

TEST_P(OrderTest, NanIsLargerThanEveryNumber) {
  auto const y = largest({1, NAN, INFINITY}, 3, 1, Axis::positions, true, 2);
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], INFINITY);
  EXPECT_THAT(largest({1, NAN, -INFINITY}, 3, 1, Axis::positions, false, 2), ElementsAre(-INFINITY, 1));
}

TEST_P(OrderTest, AgreesWithSorting) {
  std::int64_t const positions = 37, channels = 11;
  auto const x = test::random_floats(2 * positions * channels, 4);
  for (bool const is_largest : {true, false}) {
    auto const y = largest(x, positions, channels, Axis::positions, is_largest, 9);
    for (std::int64_t s = 0; s < 2; ++s) {
      for (std::int64_t c = 0; c < channels; ++c) {
        std::vector<float> column;
        for (std::int64_t t = 0; t < positions; ++t) {
          column.push_back(x[static_cast<std::size_t>((s * positions + t) * channels + c)]);
        }
        std::sort(column.begin(), column.end());
        if (is_largest) std::reverse(column.begin(), column.end());
        for (std::int64_t k = 0; k < 9; ++k) {
          ASSERT_EQ(y[static_cast<std::size_t>((s * 9 + k) * channels + c)], column[static_cast<std::size_t>(k)]);
        }
      }
    }
  }
}

SHOAL_ON_EVERY_BACKEND(OrderTest);

}  // namespace
}  // namespace shoal::kernels
