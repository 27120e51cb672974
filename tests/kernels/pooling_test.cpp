// SPDX-License-Identifier: MIT
#include "kernels/forward/pooling.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernels/layer_values.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;

class PoolingTest : public test::OnBackend {
 protected:
  std::vector<float> pooled(std::vector<float> const& x, std::int64_t sequences, std::int64_t positions,
                            std::int64_t channels, PoolShape const& shape, std::int64_t rows) const {
    LayerValues input(backend(), sequences, positions, channels), output(backend(), sequences, rows, channels, 2);
    input.set(x);
    device::dispatch(backend(), [&](auto const& space) { pool(space, input.view(), shape, output.view()); });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(PoolingTest, ByHand) {
  std::vector<float> const x = {1, -1, 5, -2, 3, -3, 4, -4, 2, -5};  // five positions of two channels
  EXPECT_THAT(pooled(x, 1, 5, 2, {PoolKind::max, 2, 2, 0}, 2), testing::ElementsAre(5, -1, 4, -3));
  EXPECT_THAT(pooled(x, 1, 5, 2, {PoolKind::average, 2, 2, 0}, 2), testing::ElementsAre(3, -1.5F, 3.5F, -3.5F));
  // One row of padding: it is no maximum of negative values and does not count in a mean.
  EXPECT_THAT(pooled(x, 1, 5, 2, {PoolKind::max, 3, 2, 1}, 3), testing::ElementsAre(5, -1, 5, -2, 4, -4));
  EXPECT_THAT(pooled(x, 1, 5, 2, {PoolKind::average, 3, 2, 1}, 3), testing::ElementsAre(3, -1.5F, 4, -3, 3, -4.5F));
}

TEST_P(PoolingTest, AgreesWithDoublePrecision) {
  auto const x = test::random_floats(3 * 41 * 19, 1);
  for (PoolKind const kind : {PoolKind::max, PoolKind::average}) {
    for (std::int64_t const width : {1, 2, 3, 7, 41}) {
      for (std::int64_t const stride : {1, 2, 5}) {
        std::int64_t const padding = width / 3, rows = (41 + padding - width) / stride + 1;
        auto const y = pooled(x, 3, 41, 19, {kind, width, stride, padding}, rows);
        for (std::int64_t i = 0; i < 3 * rows * 19; ++i) {
          std::int64_t const s = i / (rows * 19), first = i / 19 % rows * stride - padding, c = i % 19;
          double sum = 0.0, most = -INFINITY, count = 0.0;
          for (std::int64_t p = std::max<std::int64_t>(first, 0); p < std::min<std::int64_t>(first + width, 41); ++p) {
            auto const value = static_cast<double>(x[static_cast<std::size_t>((s * 41 + p) * 19 + c)]);
            sum += value;
            most = std::max(most, value);
            count += 1.0;
          }
          ASSERT_NEAR(static_cast<double>(y[static_cast<std::size_t>(i)]), kind == PoolKind::max ? most : sum / count,
                      kind == PoolKind::max ? 0.0 : 1e-6);
        }
      }
    }
  }
}

TEST_P(PoolingTest, GlobalPoolIsOneWindow) {
  auto const x = test::random_floats(2 * 57 * 33, 2);
  for (PoolKind const kind : {PoolKind::max, PoolKind::average}) {
    LayerValues input(backend(), 2, 57, 33), output(backend(), 2, 1, 33);
    input.set(x);
    device::dispatch(backend(), [&](auto const& space) { global_pool(space, input.view(), kind, output.view()); });
    auto const y = output.get(), window = pooled(x, 2, 57, 33, {kind, 57, 57, 0}, 1);
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], window[i], kind == PoolKind::max ? 0.0 : 1e-6);
  }
}

SHOAL_ON_EVERY_BACKEND(PoolingTest);

}  // namespace
}  // namespace shoal::kernels
