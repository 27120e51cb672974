// SPDX-License-Identifier: MIT
// Our exponentials and logarithms in double precision against the host's library in extended precision.
#include "kernels/common/double_exponential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace shoal::kernels {
namespace {

constexpr double tolerance = 4 * std::numeric_limits<double>::epsilon();

void expect_close(double found, long double truth, double x) {
  EXPECT_NEAR(found, static_cast<double>(truth), tolerance * std::abs(static_cast<double>(truth)) + 5e-324) << x;
}

TEST(DoubleExponential, HasTheDigitsOfTheTruth) {
  std::mt19937 generator(3);
  std::uniform_real_distribution<double> exponent(-18.0, 2.8);
  for (int i = 0; i < 20000; ++i) {
    double const magnitude = std::pow(10.0, exponent(generator));
    expect_close(exponential_of_negative(-magnitude), std::exp(-static_cast<long double>(magnitude)), -magnitude);
    expect_close(expm1_of_negative(-magnitude), std::expm1(-static_cast<long double>(magnitude)), -magnitude);
    expect_close(logarithm_of_one_plus(magnitude), std::log1p(static_cast<long double>(magnitude)), magnitude);
    double const negative = -magnitude / (1.0 + magnitude);
    if (negative > -1.0)
      expect_close(logarithm_of_one_plus(negative), std::log1p(static_cast<long double>(negative)), negative);
  }
}

TEST(DoubleExponential, EndsOfTheRange) {
  EXPECT_EQ(exponential_of_negative(0.0), 1.0);
  EXPECT_EQ(exponential_of_negative(-800.0), 0.0);
  EXPECT_EQ(exponential_of_negative(-std::numeric_limits<double>::infinity()), 0.0);
  EXPECT_TRUE(std::isnan(exponential_of_negative(std::nan(""))));
  EXPECT_EQ(expm1_of_negative(-0.0), 0.0);
  EXPECT_EQ(expm1_of_negative(-800.0), -1.0);
  EXPECT_EQ(logarithm_of_one_plus(0.0), 0.0);
  EXPECT_EQ(logarithm_of_one_plus(std::numeric_limits<double>::infinity()), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace shoal::kernels
