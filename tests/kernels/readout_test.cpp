// SPDX-License-Identifier: MIT
#include "kernels/forward/readout.hpp"

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

class ReadoutTest : public test::OnBackend {
 protected:
  // The columns of every sequence of x [sequences, positions, channels], one after the other. Each had 2 before.
  static std::vector<float> columns_of(device::Backend const& on, std::vector<float> const& x, std::int64_t sequences,
                                       std::int64_t positions, std::int64_t channels, ReadoutShape shape,
                                       std::vector<float> const& weights, double weight, bool accumulate) {
    LayerValues const input = values_of(on, sequences, positions, channels, x, 1);
    device::Buffer<float> const factors(on, std::span<float const>(weights));
    if (!weights.empty()) shape.weights = factors.data();
    std::int64_t const stride = shape.columns() + 2;
    std::vector<float> const before(static_cast<std::size_t>(sequences * stride), 2.0F);
    device::Buffer<float> columns(on, std::span<float const>(before));
    device::dispatch(on, [&](auto const& space) {
      read_out(space, input.view(), shape, weight, accumulate, columns.data() + 1, stride);
    });
    std::vector<float> found;
    auto const all = columns.to_host();
    for (std::int64_t s = 0; s < sequences; ++s) {
      EXPECT_EQ(all[s * stride], 2.0F);
      EXPECT_EQ(all[s * stride + stride - 1], 2.0F);
      found.insert(found.end(), all.begin() + s * stride + 1, all.begin() + s * stride + stride - 1);
    }
    return found;
  }
  // One number of one sequence.
  float read(std::vector<float> const& x, std::int64_t positions, std::int64_t channels, ReadoutShape const& shape,
             std::vector<float> const& weights = {}, double weight = 1.0, bool accumulate = false) const {
    return columns_of(backend(), x, 1, positions, channels, shape, weights, weight, accumulate).at(0);
  }
};

TEST_P(ReadoutTest, ByHand) {
  float const third = std::log(3.0F);
  std::vector<float> const x = {0, 5, third, 1};  // tracks (0, log 3) and (5, 1)
  auto const of = [&](ReadoutKind kind) {
    return read(x, 2, 2, {.kind = kind, .positions = 2, .tracks = 2}, {1, 10, 2, 20});
  };
  double const e4 = std::exp(4.0), p = e4 / (e4 + 1.0);  // the share of 5 beside 1
  EXPECT_FLOAT_EQ(of(ReadoutKind::sum), third + 6.0F);
  EXPECT_FLOAT_EQ(of(ReadoutKind::mean), third / 2.0F + 3.0F);
  EXPECT_FLOAT_EQ(of(ReadoutKind::max), third + 5.0F);
  // Shares 1/4 and 3/4 of the first track.
  EXPECT_FLOAT_EQ(of(ReadoutKind::softmax), static_cast<float>(0.75 * third + 5.0 * p + (1.0 - p)));
  EXPECT_FLOAT_EQ(of(ReadoutKind::centred), static_cast<float>(0.25 * third + 5.0 * p + (1.0 - p) - 3.0));
  // Shares of (0, 5), then of (log 3, 1).
  double const e5 = std::exp(5.0), e = std::exp(1.0);
  EXPECT_FLOAT_EQ(of(ReadoutKind::softmax_tracks),
                  static_cast<float>(5.0 * e5 / (1.0 + e5) + (3.0 * third + e) / (3.0 + e)));
  // e^0 = 1, e^log 3 = 3, e^5 and e of all four, less their mean.
  EXPECT_FLOAT_EQ(of(ReadoutKind::centred_joint),
                  static_cast<float>((3.0 * third + 5.0 * e5 + e) / (4.0 + e5 + e) - (third + 6.0) / 4.0));
  // Weights are [tracks, positions]: 1 * 0 + 10 log 3 + 2 * 5 + 20 * 1.
  EXPECT_FLOAT_EQ(of(ReadoutKind::weighted), 10.0F * third + 30.0F);
}

TEST_P(ReadoutTest, PartsAndMirrors) {
  std::vector<float> const x = {1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400};  // four positions of three tracks
  ReadoutShape shape{.first_position = 1, .positions = 2, .first_track = 1, .tracks = 1};
  EXPECT_EQ(read(x, 4, 3, shape), 50);
  shape.tracks = 2;
  EXPECT_EQ(read(x, 4, 3, shape), 550);
  shape.first_position = 0;
  EXPECT_EQ(read(x, 4, 3, shape), 330);
  shape.mirrored = true;  // positions 0 and 1 of the mirror are 3 and 2
  EXPECT_EQ(read(x, 4, 3, shape), 770);
  shape.kind = ReadoutKind::weighted;  // position 3 first
  EXPECT_EQ(read(x, 4, 3, shape, {1, 0, 0, 10}), 40 + 3000);
  shape.kind = ReadoutKind::profile;
  EXPECT_THAT(columns_of(backend(), x, 1, 4, 3, shape, {}, 0.5, false), ElementsAre(220, 165));
  shape.mirrored = false;
  EXPECT_THAT(columns_of(backend(), x, 1, 4, 3, shape, {}, 0.5, true), ElementsAre(57, 112));
}

TEST_P(ReadoutTest, WeighsAndAccumulates) {
  ReadoutShape const shape{.positions = 2, .tracks = 1};
  EXPECT_EQ(read({3, 5}, 2, 1, shape, {}, 0.25), 2);
  EXPECT_EQ(read({3, 5}, 2, 1, shape, {}, 0.25, true), 4);
  EXPECT_EQ(read({3, 5}, 2, 1, shape, {}, -1.0, true), -6);
}

TEST_P(ReadoutTest, OfOnePositionAndTrackIsItsValue) {
  for (ReadoutKind const kind : test::every_number) {
    bool const is_centred = kind == ReadoutKind::centred || kind == ReadoutKind::centred_joint;
    EXPECT_EQ(read({-2.5F}, 1, 1, {.kind = kind}, {1}), is_centred ? 0.0F : -2.5F) << static_cast<int>(kind);
  }
}

// A thousand and its differences: no exponential overflows, and centring takes the constant out exactly.
TEST_P(ReadoutTest, LargeConstantsDoNoHarm) {
  ReadoutShape shape{.kind = ReadoutKind::centred, .positions = 2, .tracks = 1};
  EXPECT_FLOAT_EQ(read({1000, 1001}, 2, 1, shape), read({0, 1}, 2, 1, shape));
  shape.kind = ReadoutKind::softmax;
  EXPECT_FLOAT_EQ(read({1000, 800}, 2, 1, shape), 1000);
}

TEST_P(ReadoutTest, AgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 5, positions = 17, channels = 6, size = positions * channels;
  auto const x = test::random_floats(sequences * size, 1, 2.0), weights = test::random_floats(size, 2);
  for (ReadoutKind const kind : test::every_number) {
    for (bool const mirrored : {false, true}) {
      ReadoutShape const shape{
          .kind = kind, .first_position = 2, .positions = 11, .first_track = 1, .tracks = 4, .mirrored = mirrored};
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        return columns_of(on, test::part_of(x, size, first, count), count, positions, channels, shape, weights, 0.7,
                          true);
      };
      auto const found = compute(backend(), 0, sequences);
      for (std::int64_t s = 0; s < sequences; ++s) {
        auto const values = test::read_values(shape, positions, channels, test::part_of(x, size, s, 1));
        double const expected = 2.0 + 0.7 * test::readout_oracle(kind, values, weights, values);
        EXPECT_NEAR(found[s], expected, 5e-7 * (1.0 + std::abs(expected))) << static_cast<int>(kind);
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

SHOAL_ON_EVERY_BACKEND(ReadoutTest);

}  // namespace
}  // namespace shoal::kernels
