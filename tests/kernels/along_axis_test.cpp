// SPDX-License-Identifier: MIT
#include "kernels/forward/along_axis.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;
using testing::FloatEq;

// Reduction of one row in double precision.
double reduced_oracle(Reduction reduction, std::vector<double> const& row) {
  double const most = *std::max_element(row.begin(), row.end());
  double sum = 0.0, exponentials = 0.0;
  for (double const x : row) {
    sum += x;
    exponentials += std::exp(x - most);
  }
  if (reduction == Reduction::max) return most;
  if (reduction == Reduction::log_sum_exp) return most + std::log(exponentials);
  return reduction == Reduction::mean ? sum / static_cast<double>(row.size()) : sum;
}

class AlongAxisTest : public test::OnBackend {
 protected:
  std::vector<float> reduced(device::Backend const& on, std::vector<float> const& x, std::int64_t sequences,
                             std::int64_t positions, std::int64_t channels, Reduction reduction, Axis axis) const {
    bool const down = axis == Axis::positions;
    LayerValues const input = values_of(on, sequences, positions, channels, x, 1);
    LayerValues const output(on, sequences, down ? 1 : positions, down ? channels : 1, 2);
    device::dispatch(on, [&](auto const& space) { reduce(space, input.view(), reduction, axis, output.view()); });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
  std::vector<float> softmaxes(device::Backend const& on, std::vector<float> const& x, std::int64_t sequences,
                               std::int64_t positions, std::int64_t channels, Axis axis) const {
    LayerValues const values = values_of(on, sequences, positions, channels, x, 1);
    device::dispatch(on, [&](auto const& space) { softmax(space, values.view(), axis, values.view()); });
    EXPECT_TRUE(values.surroundings_are_kept());
    return values.get();
  }
  std::vector<float> normalised(device::Backend const& on, std::vector<float> const& x, std::int64_t sequences,
                                std::int64_t positions, std::vector<float> const& scale,
                                std::vector<float> const& shift, float epsilon) const {
    auto const channels = static_cast<std::int64_t>(scale.size());
    LayerValues const input = values_of(on, sequences, positions, channels, x),
                      output(on, sequences, positions, channels, 2);
    device::Buffer<float> const scales(on, std::span<float const>(scale)), shifts(on, std::span<float const>(shift));
    device::dispatch(on, [&](auto const& space) {
      layer_norm(space, input.view(), scales.data(), shifts.data(), epsilon, output.view());
    });
    EXPECT_TRUE(output.surroundings_are_kept());
    return output.get();
  }
};

TEST_P(AlongAxisTest, ReductionsByHand) {
  std::vector<float> const x = {1, -2, 3, 4, 5, -9};  // three positions of two channels
  auto const of = [&](Reduction reduction, Axis axis) { return reduced(backend(), x, 1, 3, 2, reduction, axis); };
  EXPECT_THAT(of(Reduction::sum, Axis::positions), ElementsAre(9, -7));
  EXPECT_THAT(of(Reduction::sum, Axis::channels), ElementsAre(-1, 7, -4));
  EXPECT_THAT(of(Reduction::mean, Axis::positions), ElementsAre(3, FloatEq(-7.0F / 3.0F)));
  EXPECT_THAT(of(Reduction::mean, Axis::channels), ElementsAre(-0.5F, 3.5F, -2));
  EXPECT_THAT(of(Reduction::max, Axis::positions), ElementsAre(5, 4));
  EXPECT_THAT(of(Reduction::max, Axis::channels), ElementsAre(1, 4, 5));
  // log(e^1000 + e^1000) = 1000 + log 2, where e^1000 alone is infinite.
  EXPECT_THAT(reduced(backend(), {1000, 1000, -1000, -1000}, 1, 2, 2, Reduction::log_sum_exp, Axis::channels),
              ElementsAre(FloatEq(1000.693147F), FloatEq(-999.306853F)));
  for (Reduction const each : {Reduction::sum, Reduction::mean, Reduction::max, Reduction::log_sum_exp}) {
    EXPECT_THAT(reduced(backend(), {-3.5F}, 1, 1, 1, each, Axis::positions), ElementsAre(-3.5F));
  }
}

// Float32 sums would lose the small terms.
TEST_P(AlongAxisTest, SumsAreOfDoublePrecision) {
  std::vector<float> const x = {16777216.0F, 1.0F, 1.0F, -16777216.0F};
  EXPECT_THAT(reduced(backend(), x, 1, 4, 1, Reduction::sum, Axis::positions), ElementsAre(2));
  EXPECT_THAT(reduced(backend(), x, 1, 1, 4, Reduction::mean, Axis::channels), ElementsAre(0.5F));
}

TEST_P(AlongAxisTest, SoftmaxByHand) {
  float const third = std::log(3.0F);
  EXPECT_THAT(softmaxes(backend(), {0, third, 5, 5}, 1, 2, 2, Axis::channels),
              ElementsAre(FloatEq(0.25F), FloatEq(0.75F), 0.5F, 0.5F));
  EXPECT_THAT(softmaxes(backend(), {0, 5, third, 5}, 1, 2, 2, Axis::positions),
              ElementsAre(FloatEq(0.25F), 0.5F, FloatEq(0.75F), 0.5F));
  EXPECT_THAT(softmaxes(backend(), {1000, -1000}, 1, 1, 2, Axis::channels), ElementsAre(1, 0));
  EXPECT_THAT(softmaxes(backend(), {-7}, 1, 1, 1, Axis::positions), ElementsAre(1));
}

TEST_P(AlongAxisTest, LayerNormByHand) {
  // Mean 2 and standard deviation 1, then mean 10 and variance 0.
  EXPECT_THAT(
      normalised(backend(), {1, 3, 10, 10}, 1, 2, {2, 5}, {0.5F, -1}, 0.0625F),
      ElementsAre(FloatEq(-2.0F / std::sqrt(1.0625F) + 0.5F), FloatEq(5.0F / std::sqrt(1.0625F) - 1.0F), 0.5F, -1));
  EXPECT_THAT(normalised(backend(), {8}, 1, 1, {3}, {-2}, 1e-3F), ElementsAre(-2));
}

TEST_P(AlongAxisTest, AgreesWithDoublePrecision) {
  constexpr std::int64_t sequences = 5, positions = 13, channels = 9, size = positions * channels;
  auto const x = test::random_floats(sequences * size, 1, 3.0), scale = test::random_floats(channels, 2),
             shift = test::random_floats(channels, 3);
  for (Axis const axis : {Axis::positions, Axis::channels}) {
    bool const down = axis == Axis::positions;
    std::int64_t const lines = down ? channels : positions, count = down ? positions : channels;
    auto const place = [=](std::int64_t s, std::int64_t line, std::int64_t i) {
      return s * size + (down ? i * channels + line : line * channels + i);
    };
    auto const row = [&](std::int64_t s, std::int64_t line) {
      std::vector<double> values;
      for (std::int64_t i = 0; i < count; ++i) values.push_back(x[place(s, line, i)]);
      return values;
    };
    for (Reduction const each : {Reduction::sum, Reduction::mean, Reduction::max, Reduction::log_sum_exp}) {
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t number) {
        return reduced(on, test::part_of(x, size, first, number), number, positions, channels, each, axis);
      };
      auto const found = compute(backend(), 0, sequences);
      for (std::int64_t i = 0; i < sequences * lines; ++i) {
        double const expected = reduced_oracle(each, row(i / lines, i % lines));
        ASSERT_NEAR(found[i], expected, 2e-7 * (1.0 + std::abs(expected))) << static_cast<int>(each);
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
    auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t number) {
      return softmaxes(on, test::part_of(x, size, first, number), number, positions, channels, axis);
    };
    auto const found = compute(backend(), 0, sequences);
    for (std::int64_t i = 0; i < sequences * lines; ++i) {
      auto const values = row(i / lines, i % lines);
      double const logarithm = reduced_oracle(Reduction::log_sum_exp, values);
      for (std::int64_t k = 0; k < count; ++k) {
        ASSERT_NEAR(found[place(i / lines, i % lines, k)], std::exp(values[k] - logarithm), 5e-7);
      }
    }
    test::expect_the_same_bits(backend(), sequences, compute);
  }
  auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t number) {
    return normalised(on, test::part_of(x, size, first, number), number, positions, scale, shift, 1e-3F);
  };
  auto const found = compute(backend(), 0, sequences);
  for (std::int64_t at = 0; at < sequences * positions; ++at) {
    double mean = 0.0, variance = 0.0;
    for (std::int64_t c = 0; c < channels; ++c) mean += x[at * channels + c] / static_cast<double>(channels);
    for (std::int64_t c = 0; c < channels; ++c) {
      variance += std::pow(x[at * channels + c] - mean, 2) / static_cast<double>(channels);
    }
    for (std::int64_t c = 0; c < channels; ++c) {
      double const value = (x[at * channels + c] - mean) / std::sqrt(variance + 1e-3) * scale[c] + shift[c];
      ASSERT_NEAR(found[at * channels + c], value, 1e-6);
    }
  }
  test::expect_the_same_bits(backend(), sequences, compute);
}

SHOAL_ON_EVERY_BACKEND(AlongAxisTest);

}  // namespace
}  // namespace shoal::kernels
