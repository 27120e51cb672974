// SPDX-License-Identifier: MIT
#include "kernels/backward/pooling_backward.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;
using testing::FloatEq;

std::int64_t windows_of(PoolShape const& shape, std::int64_t positions) {
  return (positions + shape.padding + shape.padding_behind - shape.width) / shape.stride + 1;
}

// The window's positions inside the sequence, and the place of its first largest element.
struct Window {
  std::int64_t begin, end, largest;
};

Window window_of(PoolShape const& shape, std::vector<double> const& column, std::int64_t u) {
  std::int64_t const start = u * shape.stride - shape.padding;
  auto const positions = static_cast<std::int64_t>(column.size());
  Window window{std::max<std::int64_t>(start, 0), std::min(start + shape.width, positions), 0};
  window.largest = window.begin;
  for (std::int64_t t = window.begin; t < window.end; ++t) {
    if (column[t] > column[window.largest]) window.largest = t;
  }
  return window;
}

std::vector<double> backward_oracle(PoolShape const& shape, std::vector<double> const& x,
                                    std::vector<double> const& g) {
  std::vector<double> result(x.size());
  for (std::int64_t u = 0; u < static_cast<std::int64_t>(g.size()); ++u) {
    Window const window = window_of(shape, x, u);
    if (shape.kind == PoolKind::max) {
      result[window.largest] += g[u];
      continue;
    }
    std::int64_t const start = u * shape.stride - shape.padding;
    auto const last = std::min<std::int64_t>(start + shape.width, std::int64_t(x.size()) + shape.padding_behind);
    auto const divisor = static_cast<double>(shape.count_padding ? last - start : window.end - window.begin);
    for (std::int64_t t = window.begin; t < window.end; ++t) result[t] += g[u] / divisor;
  }
  return result;
}

std::vector<double> rescale_oracle(PoolShape const& shape, std::vector<double> const& x, std::vector<double> const& r,
                                   std::vector<double> const& g) {
  std::vector<double> result(x.size());
  for (std::int64_t u = 0; u < static_cast<std::int64_t>(g.size()); ++u) {
    Window const own = window_of(shape, x, u), other = window_of(shape, r, u);
    double const most = std::max(x[own.largest], r[other.largest]);
    result[own.largest] += g[u] * (most - r[other.largest]);
    result[other.largest] += g[u] * (x[own.largest] - most);
  }
  for (std::size_t t = 0; t < x.size(); ++t) {
    result[t] = std::abs(x[t] - r[t]) < 1e-7 ? 0.0 : result[t] / (x[t] - r[t]);
  }
  return result;
}

class PoolingBackwardTest : public test::OnBackend {
 protected:
  // The adjoint of x [sequences, positions, channels]; with a reference, DeepLIFT's multipliers.
  static std::vector<float> backward(device::Backend const& on, PoolShape const& shape, std::int64_t sequences,
                                     std::int64_t positions, std::int64_t channels, std::vector<float> const& x,
                                     std::vector<float> const& g, std::vector<float> const& reference = {}) {
    std::int64_t const windows = windows_of(shape, positions);
    LayerValues const input = values_of(on, sequences, positions, channels, x, 1),
                      other = values_of(on, sequences, positions, channels, reference);
    LayerValues const output(on, sequences, windows, channels), of_other(on, sequences, windows, channels);
    LayerValues const adjoint = values_of(on, sequences, windows, channels, g);
    LayerValues const result(on, sequences, positions, channels, 2);
    device::dispatch(on, [&](auto const& space) {
      pool(space, input.view(), shape, output.view());
      if (reference.empty()) {
        pool_backward(space, input.view(), output.view(), shape, adjoint.view(), result.view());
      } else {
        pool(space, other.view(), shape, of_other.view());
        PooledPair const pair{input.view(), output.view(), other.view(), of_other.view()};
        max_pool_rescale(space, pair, shape, adjoint.view(), result.view());
      }
    });
    EXPECT_TRUE(result.surroundings_are_kept());
    return result.get();
  }
  std::vector<float> global_backward(device::Backend const& on, PoolKind kind, std::int64_t sequences,
                                     std::int64_t positions, std::int64_t channels, std::vector<float> const& x,
                                     std::vector<float> const& g) const {
    LayerValues const input = values_of(on, sequences, positions, channels, x, 1), output(on, sequences, 1, channels);
    LayerValues const adjoint = values_of(on, sequences, 1, channels, g), result(on, sequences, positions, channels, 2);
    device::dispatch(on, [&](auto const& space) {
      global_pool(space, input.view(), kind, output.view());
      global_pool_backward(space, input.view(), output.view(), kind, adjoint.view(), result.view());
    });
    EXPECT_TRUE(result.surroundings_are_kept());
    return result.get();
  }
  std::vector<float> column(PoolShape const& shape, std::vector<float> const& x, std::vector<float> const& g,
                            std::vector<float> const& reference = {}) const {
    return backward(backend(), shape, 1, static_cast<std::int64_t>(x.size()), 1, x, g, reference);
  }
};

TEST_P(PoolingBackwardTest, ByHand) {
  // The last position is in no window.
  EXPECT_THAT(column({PoolKind::max, 2, 2, 0}, {1, 3, 7, 4, 9}, {10, 20}), ElementsAre(0, 10, 20, 0, 0));
  EXPECT_THAT(column({PoolKind::average, 2, 2, 0}, {1, 3, 7, 4, 9}, {10, 20}), ElementsAre(5, 5, 10, 10, 0));
  // Of equal largest elements the first; a position may win several windows.
  EXPECT_THAT(column({PoolKind::max, 3, 1, 0}, {5, 5, 8, 8, 1}, {1, 10, 100}), ElementsAre(0, 0, 111, 0, 0));
  // A row of padding is never the maximum and does not count, unless it is asked to.
  EXPECT_THAT(column({PoolKind::max, 2, 2, 1}, {-5, -4, -7}, {1, 10}), ElementsAre(1, 10, 0));
  EXPECT_THAT(column({PoolKind::average, 2, 2, 1}, {-5, -4, -7}, {1, 10}), ElementsAre(1, 5, 5));
  EXPECT_THAT(column({PoolKind::average, 2, 2, 1, true}, {-5, -4, -7}, {1, 10}), ElementsAre(0.5F, 5, 5));
  EXPECT_THAT(column({PoolKind::average, 2, 2, 0, true, 1}, {-5, -4, -7}, {4, 10}), ElementsAre(2, 2, 5));
  EXPECT_THAT(column({PoolKind::max, 1, 1, 0}, {-2}, {3}), ElementsAre(3));
  EXPECT_THAT(backward(backend(), {PoolKind::max, 2, 2, 0}, 1, 2, 2, {1, 4, 3, 2}, {10, 20}),
              ElementsAre(0, 20, 10, 0));
}

TEST_P(PoolingBackwardTest, GlobalByHand) {
  // Two channels of three positions; the first has its maximum twice.
  std::vector<float> const x = {6, 1, 6, 2, 5, 3};
  EXPECT_THAT(global_backward(backend(), PoolKind::max, 1, 3, 2, x, {8, 3}), ElementsAre(4, 0, 4, 0, 0, 3));
  EXPECT_THAT(global_backward(backend(), PoolKind::average, 1, 3, 2, x, {6, 3}), ElementsAre(2, 1, 2, 1, 2, 1));
  EXPECT_THAT(global_backward(backend(), PoolKind::max, 1, 1, 1, {-1}, {5}), ElementsAre(5));
}

TEST_P(PoolingBackwardTest, RescaleByHand) {
  PoolShape const pair{PoolKind::max, 2, 2, 0};
  // The sequence's 5 over the reference's 2: 5 - 2 = 3 to the sequence's place, whose value rose by 4.
  EXPECT_THAT(column(pair, {5, 0}, {4}, {1, 2}), ElementsAre(3, 0));
  // The reference was larger: 2 - 6 = -4 to its place, whose value fell by 6.
  EXPECT_THAT(column(pair, {2, 0}, {3}, {1, 6}), ElementsAre(0, 2));
  // Nothing where input and reference are equal.
  EXPECT_THAT(column(pair, {5, 0}, {4}, {5, 2}), ElementsAre(0, 0));
}

TEST_P(PoolingBackwardTest, AgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 4, positions = 23, channels = 5, size = positions * channels;
  auto x = test::random_floats(sequences * size, 1), r = test::random_floats(sequences * size, 2);
  for (std::size_t i = 0; i < x.size(); i += 3) x[i] = std::round(x[i]);  // so that maxima are equal here and there
  for (std::size_t i = 0; i < r.size(); i += 5) r[i] = x[i];
  for (PoolShape const& shape :
       {PoolShape{PoolKind::max, 3, 2, 1}, PoolShape{PoolKind::max, 5, 1, 2}, PoolShape{PoolKind::max, 2, 4, 0},
        PoolShape{PoolKind::average, 4, 3, 2}, PoolShape{PoolKind::average, 4, 1, 3, true, 2},
        PoolShape{PoolKind::average, 23, 1, 0}}) {
    std::int64_t const windows = windows_of(shape, positions);
    auto const g = test::random_floats(sequences * windows * channels, 3);
    for (bool const rescales : {false, true}) {
      if (rescales && shape.kind != PoolKind::max) continue;
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        return backward(on, shape, count, positions, channels, test::part_of(x, size, first, count),
                        test::part_of(g, windows * channels, first, count),
                        rescales ? test::part_of(r, size, first, count) : std::vector<float>{});
      };
      auto const found = compute(backend(), 0, sequences);
      for (std::int64_t line = 0; line < sequences * channels; ++line) {
        std::int64_t const s = line / channels, c = line % channels;
        auto const of = [&](std::vector<float> const& values, std::int64_t count) {
          std::vector<double> numbers;
          for (std::int64_t t = 0; t < count; ++t) numbers.push_back(values[(s * count + t) * channels + c]);
          return numbers;
        };
        auto const expected = rescales ? rescale_oracle(shape, of(x, positions), of(r, positions), of(g, windows))
                                       : backward_oracle(shape, of(x, positions), of(g, windows));
        for (std::int64_t t = 0; t < positions; ++t) {
          ASSERT_NEAR(found[(s * positions + t) * channels + c], expected[t], 2e-6 * (1.0 + std::abs(expected[t])))
              << shape.width << ' ' << shape.stride << ' ' << rescales << ' ' << t;
        }
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

TEST_P(PoolingBackwardTest, GlobalAgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 4, positions = 13, channels = 6, size = positions * channels;
  auto x = test::random_floats(sequences * size, 4);
  for (float& value : x) value = std::round(value);
  auto const g = test::random_floats(sequences * channels, 5);
  for (PoolKind const kind : {PoolKind::max, PoolKind::average}) {
    auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
      return global_backward(on, kind, count, positions, channels, test::part_of(x, size, first, count),
                             test::part_of(g, channels, first, count));
    };
    auto const found = compute(backend(), 0, sequences);
    for (std::int64_t line = 0; line < sequences * channels; ++line) {
      std::int64_t const s = line / channels, c = line % channels;
      auto const at = [&](std::int64_t t) { return s * size + t * channels + c; };
      double most = -INFINITY, equals = 0.0;
      for (std::int64_t t = 0; t < positions; ++t) most = std::max<double>(most, x[at(t)]);
      for (std::int64_t t = 0; t < positions; ++t) equals += x[at(t)] == most ? 1.0 : 0.0;
      for (std::int64_t t = 0; t < positions; ++t) {
        double const share = kind == PoolKind::average ? 1.0 / positions : (x[at(t)] == most ? 1.0 / equals : 0.0);
        ASSERT_NEAR(found[at(t)], g[line] * share, 1e-6);
      }
    }
    test::expect_the_same_bits(backend(), sequences, compute);
  }
}

SHOAL_ON_EVERY_BACKEND(PoolingBackwardTest);

}  // namespace
}  // namespace shoal::kernels
