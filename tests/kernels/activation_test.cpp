// SPDX-License-Identifier: MIT
#include "kernels/forward/activation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "kernels/common/activation.hpp"
#include "kernels/layer_values.hpp"
#include "support/activation_oracle.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;

std::vector<Activation> every_activation() {
  std::vector<Activation> all;
  for (int i = 0; i <= static_cast<int>(last_activation); ++i) all.push_back(static_cast<Activation>(i));
  return all;
}

// Units in the last place: 8 are a relative error of at most 1e-6.
double allowed_error(Activation activation) {
  if (activation == Activation::exponential) return 2.0;
  return activation == Activation::gelu_erf || activation == Activation::erf ? 16.0 : 8.0;
}

// Their far tails are exponentials of rounded products.
bool has_error_of_argument(Activation activation) {
  return activation == Activation::gelu_tanh || activation == Activation::gelu_sigmoid;
}

// x times a factor that has few digits where it is subnormal.
bool is_gated(Activation activation) {
  return activation == Activation::silu || activation == Activation::mish;
}

// Largest |error| in units of the last place of the float32 result (subnormal results: of the smallest subnormal).
double error_in_ulp(float value, double expected) {
  float const rounded = std::abs(static_cast<float>(expected));
  double const ulp = static_cast<double>(std::nextafter(rounded, INFINITY)) - static_cast<double>(rounded);
  return std::abs(static_cast<double>(value) - expected) / ulp;
}

class ActivationTest : public test::OnBackend {
 protected:
  std::vector<float> activated_values(std::vector<float> const& x, Activation activation, float alpha) const {
    LayerValues values(backend(), 1, 1, static_cast<std::int64_t>(x.size()));
    values.set(x);
    device::dispatch(backend(),
                     [&](auto const& space) { activate(space, values.view(), activation, alpha, values.view()); });
    return values.get();
  }
};

TEST_P(ActivationTest, AgreesWithDoublePrecision) {
  std::vector<float> x;
  for (int i = -44000; i <= 36000; ++i) x.push_back(static_cast<float>(i) / 400.0F);
  for (float tiny = 1.0F; tiny > 1e-38F; tiny *= 0.37F) x.insert(x.end(), {tiny, -tiny});
  for (Activation const activation : every_activation()) {
    auto const y = activated_values(x, activation, 0.7F);
    double worst = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      double const expected = test::activation_oracle(activation, static_cast<double>(0.7F), static_cast<double>(x[i]));
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(y[i])) << x[i];
      } else if (std::abs(expected) > static_cast<double>(std::numeric_limits<float>::max())) {
        EXPECT_EQ(y[i], std::copysign(INFINITY, static_cast<float>(expected)));
      } else if (has_error_of_argument(activation)) {
        EXPECT_NEAR(static_cast<double>(y[i]), expected, 1e-6 * std::abs(static_cast<double>(x[i])));
      } else if (!is_gated(activation) || std::abs(expected) > 1e-36) {
        worst = std::max(worst, error_in_ulp(y[i], expected));
      }
    }
    EXPECT_LT(worst, allowed_error(activation)) << "activation " << static_cast<int>(activation);
    RecordProperty("ulp_" + std::to_string(static_cast<int>(activation)), std::to_string(worst));
  }
}

TEST_P(ActivationTest, InfinitiesAndNan) {
  constexpr float inf = INFINITY;
  std::vector<float> const x = {inf, -inf, NAN, std::numeric_limits<float>::max(), -std::numeric_limits<float>::max()};
  auto const check = [&](Activation activation, float high, float low) {
    auto const y = activated_values(x, activation, 1.0F);
    EXPECT_EQ(y[0], high) << static_cast<int>(activation);
    EXPECT_EQ(y[1], low) << static_cast<int>(activation);
    EXPECT_TRUE(std::isnan(y[2])) << static_cast<int>(activation);
    EXPECT_EQ(y[3], std::isinf(high) && activation != Activation::exponential ? x[3] : high);
    EXPECT_EQ(std::abs(y[4]), std::isinf(low) ? x[3] : std::abs(low));
  };
  check(Activation::linear, inf, -inf);
  check(Activation::relu, inf, 0.0F);
  check(Activation::exponential, inf, 0.0F);
  check(Activation::sigmoid, 1.0F, 0.0F);
  check(Activation::softplus, inf, 0.0F);
  check(Activation::tanh, 1.0F, -1.0F);
  check(Activation::elu, inf, -1.0F);
  check(Activation::leaky_relu, inf, -inf);
  check(Activation::capped_relu, 1.0F, 0.0F);
  check(Activation::hard_sigmoid, 1.0F, 0.0F);
  check(Activation::erf, 1.0F, -1.0F);
  check(Activation::absolute, inf, inf);
  check(Activation::celu, inf, -1.0F);
}

TEST_P(ActivationTest, SeluMishCeluAndHardSwishByHand) {
  std::vector<float> const x = {-4.0F, -3.0F, -1.5F, -0.25F, 0.0F, 0.5F, 2.0F, 3.0F, 5.0F};
  auto const expect = [&](Activation activation, float alpha, std::vector<float> const& expected) {
    auto const y = activated_values(x, activation, alpha);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_FLOAT_EQ(y[i], expected[i]) << x[i];
  };
  expect(Activation::selu, 1.0F,
         {-1.72589863F, -1.67056873F, -1.36581435F, -0.388890197F, 0.0F, 0.525350494F, 2.10140197F, 3.15210296F,
          5.25350494F});
  expect(Activation::mish, 1.0F,
         {-0.0725917408F, -0.145647461F, -0.298099742F, -0.129926964F, 0.0F, 0.375245211F, 1.94395896F, 2.986535F,
          4.99955208F});
  expect(Activation::celu, 0.5F,
         {-0.499832269F, -0.498760624F, -0.475106466F, -0.19673467F, 0.0F, 0.5F, 2.0F, 3.0F, 5.0F});
  expect(Activation::hard_swish, 1.0F,
         {0.0F, 0.0F, -0.375F, -0.114583333F, 0.0F, 0.291666667F, 1.66666667F, 3.0F, 5.0F});
}

TEST_P(ActivationTest, LogarithmsOfExtremeNumbers) {
  std::vector<float> const x = {0.0F, -0.0F, 1e-45F, 1e-39F, 1.17549435e-38F, 1.0F, 3e38F, INFINITY, -1.0F, NAN};
  auto const y = activated_values(x, Activation::log, 1.0F);
  EXPECT_EQ(y[0], -INFINITY);
  EXPECT_EQ(y[1], -INFINITY);
  for (std::size_t i = 2; i < 7; ++i) EXPECT_FLOAT_EQ(y[i], std::log(x[i])) << x[i];
  EXPECT_EQ(y[7], INFINITY);
  EXPECT_TRUE(std::isnan(y[8]));
  EXPECT_TRUE(std::isnan(y[9]));
}

TEST_P(ActivationTest, SameBitsAsTheScalarArithmetic) {
  auto const x = test::random_floats(1003, 5, 20.0);
  for (Activation const activation : every_activation()) {
    auto const y = activated_values(x, activation, 0.3F);
    for (std::size_t i = 0; i < x.size(); ++i) {
      float const expected = activated<ScalarMath>(activation, 0.3F, x[i]);
      ASSERT_TRUE(y[i] == expected || (std::isnan(y[i]) && std::isnan(expected))) << x[i];
    }
  }
}

TEST_P(ActivationTest, ScaleShiftIsOneFusedMultiplyAdd) {
  auto const x = test::random_floats(2 * 7 * 21, 1), scale = test::random_floats(21, 2),
             shift = test::random_floats(21, 3);
  LayerValues input(backend(), 2, 7, 21, 1), output(backend(), 2, 7, 21, 3);
  input.set(x);
  device::Buffer<float> const scales(backend(), std::span<float const>(scale));
  device::Buffer<float> const shifts(backend(), std::span<float const>(shift));
  device::dispatch(backend(), [&](auto const& space) {
    scale_shift(space, input.view(), scales.data(), shifts.data(), output.view());
  });
  EXPECT_TRUE(output.surroundings_are_kept());
  auto const y = output.get();
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], std::fma(x[i], scale[i % 21], shift[i % 21]));
}

TEST_P(ActivationTest, TakesOneElementASequence) {
  auto const x = test::random_floats(9 * 4 * 5, 1);
  LayerValues input(backend(), 9, 4, 5, 2);
  input.set(x);
  device::Buffer<float> column(backend(), 27);
  column.fill_zero();
  device::dispatch(backend(), [&](auto const& space) { take_element(space, input.view(), 13, column.data() + 1, 3); });
  auto const y = column.to_host();
  for (std::size_t s = 0; s < 9; ++s) {
    EXPECT_EQ(y[3 * s], 0.0F);
    EXPECT_EQ(y[3 * s + 1], x[20 * s + 13]);
    EXPECT_EQ(y[3 * s + 2], 0.0F);
  }
}

SHOAL_ON_EVERY_BACKEND(ActivationTest);

}  // namespace
}  // namespace shoal::kernels
