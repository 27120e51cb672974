// SPDX-License-Identifier: MIT
#include "kernels/backward/activation_backward.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "kernels/same_bits.hpp"
#include "support/activation_oracle.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;

constexpr float alpha = 0.75F;

std::vector<Activation> every_activation() {
  std::vector<Activation> all;
  for (int i = 0; i <= static_cast<int>(last_activation); ++i) all.push_back(static_cast<Activation>(i));
  return all;
}

bool takes_positive_numbers_only(Activation activation) {
  return activation == Activation::log || activation == Activation::square_root || activation == Activation::reciprocal;
}

bool is_made_of_lines(Activation activation) {
  return activation == Activation::relu || activation == Activation::leaky_relu ||
         activation == Activation::capped_relu || activation == Activation::hard_sigmoid ||
         activation == Activation::absolute || activation == Activation::linear;
}

// The derivative by a difference of fourth order, for points that are no kinks.
double slope_oracle(Activation activation, double x) {
  double const h = 1e-3 * (takes_positive_numbers_only(activation) ? x : 1.0);
  auto const f = [&](double at) { return test::activation_oracle(activation, alpha, at); };
  return (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h);
}

// Points that keep 0.01 away from every kink of every activation.
std::vector<float> smooth_points(Activation activation) {
  std::vector<float> points;
  for (int i = -240; i <= 240; ++i) {
    float const x = static_cast<float>(i) / 40.0F + 0.0117F;
    bool is_kink = false;
    for (double const kink : {0.0, -3.0, 3.0, static_cast<double>(alpha), 0.5 / alpha, -0.5 / alpha}) {
      is_kink = is_kink || std::abs(x - kink) < 0.01;
    }
    if (!is_kink && (x > 0.0F || !takes_positive_numbers_only(activation))) points.push_back(x);
  }
  return points;
}

class ActivationBackwardTest : public test::OnBackend {
 protected:
  std::vector<float> backward(std::vector<float> const& x, Activation activation, std::vector<float> const& g) const {
    auto const size = static_cast<std::int64_t>(x.size());
    LayerValues const input = values_of(backend(), 1, 1, size, x), adjoint = values_of(backend(), 1, 1, size, g);
    LayerValues const result(backend(), 1, 1, size, 1);
    device::dispatch(backend(), [&](auto const& space) {
      activate_backward(space, input.view(), activation, alpha, adjoint.view(), result.view());
    });
    EXPECT_TRUE(result.surroundings_are_kept());
    return result.get();
  }
  std::vector<float> rescaled(std::vector<float> const& x, std::vector<float> const& r, Activation activation,
                              std::vector<float> const& g) const {
    auto const size = static_cast<std::int64_t>(x.size());
    LayerValues const input = values_of(backend(), 1, 1, size, x), reference = values_of(backend(), 1, 1, size, r);
    LayerValues const adjoint = values_of(backend(), 1, 1, size, g), result(backend(), 1, 1, size, 1);
    device::dispatch(backend(), [&](auto const& space) {
      activate_rescale(space, input.view(), reference.view(), activation, alpha, adjoint.view(), result.view());
    });
    EXPECT_TRUE(result.surroundings_are_kept());
    return result.get();
  }
};

TEST_P(ActivationBackwardTest, ByHandAndAtTheKinks) {
  std::vector<float> const x = {-2, 0, 0.5F, 0.75F, 3}, g = {10, 10, 10, 10, 10};
  EXPECT_THAT(backward(x, Activation::linear, g), ElementsAre(10, 10, 10, 10, 10));
  EXPECT_THAT(backward(x, Activation::relu, g), ElementsAre(0, 0, 10, 10, 10));
  EXPECT_THAT(backward(x, Activation::leaky_relu, g), ElementsAre(7.5F, 7.5F, 10, 10, 10));
  EXPECT_THAT(backward(x, Activation::capped_relu, g), ElementsAre(0, 0, 10, 0, 0));
  EXPECT_THAT(backward(x, Activation::absolute, g), ElementsAre(-10, 0, 10, 10, 10));
  EXPECT_THAT(backward(x, Activation::square, g), ElementsAre(-40, 0, 10, 15, 60));
  EXPECT_EQ(backward({0}, Activation::elu, {2})[0], 1.5F);
  EXPECT_FLOAT_EQ(backward({0}, Activation::selu, {1})[0], 1.7580993F);
  // At -1/2 and 1/2 over alpha, which float32 holds exactly for the slope 1/2 only: just inside and far outside here.
  EXPECT_THAT(backward({-0.6666F, 0.6666F, -0.67F, 0.67F}, Activation::hard_sigmoid, {4, 4, 4, 4}),
              ElementsAre(3, 3, 0, 0));
  EXPECT_THAT(backward({-3, -4, 0, 3, 4}, Activation::hard_swish, {2, 2, 2, 2, 2}), ElementsAre(0, 0, 1, 2, 2));
}

TEST_P(ActivationBackwardTest, AgreesWithDifferencesInDoublePrecision) {
  for (Activation const activation : every_activation()) {
    auto const x = smooth_points(activation);
    auto const g = test::random_floats(static_cast<std::int64_t>(x.size()), 1);
    auto const found = backward(x, activation, g);
    for (std::size_t i = 0; i < x.size(); ++i) {
      double const slope = slope_oracle(activation, x[i]);
      ASSERT_NEAR(found[i], g[i] * slope, 3e-6 * std::abs(g[i]) * (1.0 + std::abs(slope)))
          << static_cast<int>(activation) << " at " << x[i];
    }
  }
}

TEST_P(ActivationBackwardTest, RescaleByHand) {
  // relu from -1 to 3 rises by 3 over 4; between equal points it has its derivative.
  EXPECT_THAT(rescaled({3, -1, -1, 2, 0}, {-1, 3, -2, 2, 0}, Activation::relu, {4, 4, 4, 4, 4}),
              ElementsAre(3, 3, 0, 4, 0));
  EXPECT_THAT(rescaled({3, 2}, {1, 2}, Activation::square, {1, 1}), ElementsAre(4, 4));
}

TEST_P(ActivationBackwardTest, RescaleAgreesWithQuotientsInDoublePrecision) {
  for (Activation const activation : every_activation()) {
    auto const points = smooth_points(activation);
    for (float const distance : {3.0F, 0.3F, 0.011F, 0.009F, 1e-4F}) {
      std::vector<float> x, r;
      for (float const point : points) {
        // Near a kink, or where it bends much, the derivative in the middle of near points is no close quotient.
        bool const has_soft_kink = activation == Activation::celu || activation == Activation::elu;
        if (has_soft_kink && std::abs(point) < 0.02F) continue;
        if (takes_positive_numbers_only(activation) && point < 1.0F) continue;
        r.push_back(point);
        x.push_back(point + distance);
      }
      auto const g = test::random_floats(static_cast<std::int64_t>(x.size()), 2);
      auto const found = rescaled(x, r, activation, g);
      for (std::size_t i = 0; i < x.size(); ++i) {
        double const rise =
            test::activation_oracle(activation, alpha, x[i]) - test::activation_oracle(activation, alpha, r[i]);
        double const expected = g[i] * rise / (static_cast<double>(x[i]) - r[i]);
        double const size = 1.0 + std::abs(test::activation_oracle(activation, alpha, x[i]));
        // The rounding of the two values over their distance, unless the rule is the derivative in the middle.
        bool const is_quotient = distance > 0.01F || is_made_of_lines(activation);
        double const allowed =
            std::abs(g[i]) * size * (is_quotient ? 4e-7 / distance : 1e-5) + 1e-5 * std::abs(expected);
        ASSERT_NEAR(found[i], expected, allowed)
            << static_cast<int>(activation) << " from " << r[i] << " by " << distance;
      }
    }
  }
}

TEST_P(ActivationBackwardTest, TheBatchAndTheThreadsChangeNoBit) {
  constexpr std::int64_t sequences = 5, positions = 6, channels = 17, size = positions * channels;
  auto const x = test::random_floats(sequences * size, 3), r = test::random_floats(sequences * size, 4),
             g = test::random_floats(sequences * size, 5);
  for (Activation const activation : {Activation::relu, Activation::gelu_erf}) {
    for (bool const rescales : {false, true}) {
      test::expect_the_same_bits(
          backend(), sequences, [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
            auto const values = [&](std::vector<float> const& of) {
              return values_of(on, count, positions, channels, test::part_of(of, size, first, count), 1);
            };
            LayerValues const input = values(x), reference = values(r), adjoint = values(g);
            LayerValues const result(on, count, positions, channels, 2);
            device::dispatch(on, [&](auto const& space) {
              if (rescales) {
                activate_rescale(space, input.view(), reference.view(), activation, alpha, adjoint.view(),
                                 result.view());
              } else {
                activate_backward(space, input.view(), activation, alpha, adjoint.view(), result.view());
              }
            });
            EXPECT_TRUE(result.surroundings_are_kept());
            return result.get();
          });
    }
  }
}

SHOAL_ON_EVERY_BACKEND(ActivationBackwardTest);

}  // namespace
}  // namespace shoal::kernels
