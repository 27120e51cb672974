// SPDX-License-Identifier: MIT
#include "kernels/backward/readout_backward.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "kernels/readout_oracle.hpp"
#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;
using testing::FloatEq;

constexpr std::int64_t positions = 9, channels = 5, size = positions * channels;

class ReadoutBackwardTest : public test::OnBackend {
 protected:
  // What is added to targets of 3; with a reference, by the rescale rule.
  static std::vector<float> backward(device::Backend const& on, std::int64_t sequences, std::int64_t all_positions,
                                     std::int64_t all_channels, std::vector<float> const& x, ReadoutShape shape,
                                     std::vector<float> const& weights, double weight,
                                     std::vector<float> const& reference = {}) {
    LayerValues const input = values_of(on, sequences, all_positions, all_channels, x),
                      other = values_of(on, sequences, all_positions, all_channels, reference, 1);
    LayerValues const target =
        values_of(on, sequences, all_positions, all_channels, std::vector<float>(x.size(), 3.0F), 2);
    device::Buffer<float> const factors(on, std::span<float const>(weights));
    if (!weights.empty()) shape.weights = factors.data();
    device::dispatch(on, [&](auto const& space) {
      if (reference.empty()) {
        read_out_backward(space, input.view(), shape, weight, target.view());
      } else {
        read_out_rescale(space, input.view(), other.view(), shape, weight, target.view());
      }
    });
    EXPECT_TRUE(target.surroundings_are_kept());
    auto added = target.get();
    for (float& each : added) each -= 3.0F;
    return added;
  }
  std::vector<float> of_two(ReadoutKind kind, std::vector<float> const& x,
                            std::vector<float> const& reference = {}) const {
    return backward(backend(), 1, 2, 2, x, {.kind = kind, .positions = 2, .tracks = 2}, {1, 10, 2, 20}, 1.0, reference);
  }
};

TEST_P(ReadoutBackwardTest, ByHand) {
  std::vector<float> const x = {0, 5, 2, 5};  // tracks (0, 2) and (5, 5)
  EXPECT_THAT(of_two(ReadoutKind::sum, x), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(of_two(ReadoutKind::mean, x), ElementsAre(0.5F, 0.5F, 0.5F, 0.5F));
  EXPECT_THAT(of_two(ReadoutKind::max, x), ElementsAre(0, 0.5F, 1, 0.5F));
  EXPECT_THAT(of_two(ReadoutKind::weighted, x), ElementsAre(1, 2, 10, 20));
  // Equal values: p is 1/2, f is x, the slope p; a constant p less 1/2 is nothing.
  EXPECT_THAT(of_two(ReadoutKind::softmax, {7, 1, 7, 1}), testing::Each(0.5F));
  EXPECT_THAT(of_two(ReadoutKind::softmax_tracks, {7, 7, 1, 1}), testing::Each(0.5F));
  EXPECT_THAT(of_two(ReadoutKind::centred, {7, 1, 7, 1}), testing::Each(0.0F));
  // Shares 1/4 and 3/4 of (0, log 3): f = 3/4 log 3, slopes 1/4 (1 - f) and 3/4 (1 + log 3 - f); 1/4 - 1/2, 3/4 - 1/2.
  float const third = std::log(3.0F);
  ReadoutShape shape{.kind = ReadoutKind::softmax, .positions = 2};
  EXPECT_THAT(
      backward(backend(), 1, 2, 1, {0, third}, shape, {}, 2.0),
      ElementsAre(testing::FloatNear(0.5F - 0.375F * third, 1e-6F), testing::FloatNear(1.5F + 0.375F * third, 1e-6F)));
  shape.kind = ReadoutKind::centred;
  EXPECT_THAT(backward(backend(), 1, 2, 1, {0, third}, shape, {}, 8.0),
              ElementsAre(testing::FloatNear(-2, 1e-6F), testing::FloatNear(2, 1e-6F)));
  // One value over all four of (0, 0, 0, log 3): shares 1/6 and 1/2, less 1/4.
  EXPECT_THAT(of_two(ReadoutKind::centred_joint, {0, 0, 0, third}),
              testing::Pointwise(testing::FloatNear(1e-6F), {-1.0F / 12, -1.0F / 12, -1.0F / 12, 0.25F}));
}

TEST_P(ReadoutBackwardTest, OnlyWhatIsReadChanges) {
  std::vector<float> const x(12, 1.0F);  // four positions of three tracks
  ReadoutShape shape{.first_position = 0, .positions = 2, .first_track = 1, .tracks = 1};
  EXPECT_THAT(backward(backend(), 1, 4, 3, x, shape, {}, 4.0), ElementsAre(0, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0));
  shape.mirrored = true;
  shape.kind = ReadoutKind::weighted;  // position 0 of the mirror is position 3
  EXPECT_THAT(backward(backend(), 1, 4, 3, x, shape, {1, 2}, 4.0), ElementsAre(0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 4, 0));
}

TEST_P(ReadoutBackwardTest, RescaleByHand) {
  // The maximum of the first track rose from 1 (at position 0) to 6 (at position 1, which was 2 - 1 = 1 before).
  EXPECT_THAT(of_two(ReadoutKind::max, {0, 0, 6, 0}, {1, 0, 1, 0}), ElementsAre(0, 0, 1, 0));
  // It fell from 4 at position 0, now 2, to 3 at position 1: -1 over -2.
  EXPECT_THAT(of_two(ReadoutKind::max, {2, 0, 3, 0}, {4, 0, 1, 0}), ElementsAre(0.5F, 0, 0, 0));
  EXPECT_THAT(of_two(ReadoutKind::sum, {2, 0, 3, 0}, {4, 0, 1, 0}), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(of_two(ReadoutKind::weighted, {2, 0, 3, 0}, {4, 0, 1, 0}), ElementsAre(1, 2, 10, 20));
}

// The derivative of the oracle by differences; p of the centred kinds is a constant.
TEST_P(ReadoutBackwardTest, AgreesWithDifferencesInDoublePrecision) {
  constexpr std::int64_t sequences = 4;
  auto const x = test::random_floats(sequences * size, 1), weights = test::random_floats(size, 2);
  for (ReadoutKind const kind : test::every_number) {
    for (bool const mirrored : {false, true}) {
      ReadoutShape const shape{
          .kind = kind, .first_position = 1, .positions = 6, .first_track = 1, .tracks = 3, .mirrored = mirrored};
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        return backward(on, count, positions, channels, test::part_of(x, size, first, count), shape, weights, 0.7);
      };
      auto const found = compute(backend(), 0, sequences);
      std::vector<double> expected(found.size());
      for (std::int64_t s = 0; s < sequences; ++s) {
        auto const held = test::read_values(shape, positions, channels, test::part_of(x, size, s, 1));
        for (std::int64_t i = 0; i < shape.positions * shape.tracks; ++i) {
          std::int64_t const t = i / shape.tracks, c = i % shape.tracks;
          auto above = held, below = held;
          above[t][c] += 1e-4;
          below[t][c] -= 1e-4;
          expected[s * size + test::place_of(shape, positions, channels, t, c)] =
              0.7 *
              (test::readout_oracle(kind, above, weights, held) - test::readout_oracle(kind, below, weights, held)) /
              2e-4;
        }
      }
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected[i], 2e-6) << static_cast<int>(kind) << ' ' << mirrored << ' ' << i;
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

// DeepLIFT's multipliers of one row: of a softmax the sum of p x, p taken apart as in softmax_rescale and the product
// by the mean of its two orders; of a maximum what the header of pooling says.
std::vector<double> multipliers(bool is_max, std::vector<double> const& x, std::vector<double> const& r) {
  std::size_t const count = x.size();
  std::vector<double> m(count);
  if (is_max) {
    auto const own = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
    auto const other = static_cast<std::size_t>(std::max_element(r.begin(), r.end()) - r.begin());
    double const most = std::max(x[own], r[other]);
    m[own] += (most - r[other]) / (x[own] - r[own]);
    m[other] += (x[own] - most) / (x[other] - r[other]);
    return m;
  }
  std::vector<double> const p = test::shares_of(x), p0 = test::shares_of(r);
  double sum = 0.0, sum0 = 0.0, of_inverse = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += std::exp(x[i]);
    sum0 += std::exp(r[i]);
    of_inverse += 0.5 * (x[i] + r[i]) * 0.5 * (std::exp(x[i]) + std::exp(r[i]));
  }
  for (std::size_t i = 0; i < count; ++i) {
    double const of_exponential = 0.5 * (x[i] + r[i]) * 0.5 * (1.0 / sum + 1.0 / sum0) - of_inverse / (sum * sum0);
    m[i] = 0.5 * (p[i] + p0[i]) + of_exponential * (std::exp(x[i]) - std::exp(r[i])) / (x[i] - r[i]);
  }
  return m;
}

TEST_P(ReadoutBackwardTest, RescaleAgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 4;
  auto const x = test::random_floats(sequences * size, 1), r = test::random_floats(sequences * size, 2);
  for (ReadoutKind const kind : {ReadoutKind::max, ReadoutKind::softmax, ReadoutKind::softmax_tracks}) {
    for (bool const mirrored : {false, true}) {
      ReadoutShape const shape{
          .kind = kind, .first_position = 1, .positions = 6, .first_track = 1, .tracks = 3, .mirrored = mirrored};
      bool const by_position = kind == ReadoutKind::softmax_tracks;
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        return backward(on, count, positions, channels, test::part_of(x, size, first, count), shape, {}, 0.7,
                        test::part_of(r, size, first, count));
      };
      auto const found = compute(backend(), 0, sequences);
      std::vector<double> expected(found.size());
      for (std::int64_t s = 0; s < sequences; ++s) {
        auto const own = test::read_values(shape, positions, channels, test::part_of(x, size, s, 1));
        auto const other = test::read_values(shape, positions, channels, test::part_of(r, size, s, 1));
        double change = 0.0;
        for (std::int64_t line = 0; line < (by_position ? shape.positions : shape.tracks); ++line) {
          std::vector<double> row, reference;
          for (std::int64_t i = 0; i < (by_position ? shape.tracks : shape.positions); ++i) {
            row.push_back(by_position ? own[line][i] : own[i][line]);
            reference.push_back(by_position ? other[line][i] : other[i][line]);
          }
          auto const m = multipliers(kind == ReadoutKind::max, row, reference);
          for (std::size_t i = 0; i < m.size(); ++i) {
            auto const at = static_cast<std::int64_t>(i);
            expected[s * size + test::place_of(shape, positions, channels, by_position ? line : at,
                                               by_position ? at : line)] = 0.7 * m[i];
            change += m[i] * (row[i] - reference[i]);
          }
        }
        // The oracle itself adds up.
        ASSERT_NEAR(change, test::readout_oracle(kind, own, {}, own) - test::readout_oracle(kind, other, {}, other),
                    1e-12);
      }
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected[i], 2e-6 * (1.0 + std::abs(expected[i]))) << static_cast<int>(kind) << ' ' << i;
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

TEST_P(ReadoutBackwardTest, RescaleOfEqualValuesIsTheDerivative) {
  auto const x = test::random_floats(size, 1);
  for (ReadoutKind const kind : {ReadoutKind::softmax, ReadoutKind::softmax_tracks}) {
    ReadoutShape const shape{.kind = kind, .positions = positions, .tracks = channels};
    auto const slopes = backward(backend(), 1, positions, channels, x, shape, {}, 1.0);
    auto const rescaled = backward(backend(), 1, positions, channels, x, shape, {}, 1.0, x);
    for (std::size_t i = 0; i < slopes.size(); ++i) EXPECT_NEAR(rescaled[i], slopes[i], 1e-6);
  }
}

SHOAL_ON_EVERY_BACKEND(ReadoutBackwardTest);

}  // namespace
}  // namespace shoal::kernels
