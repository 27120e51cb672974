// SPDX-License-Identifier: MIT
#include "surrogate/math/special_functions.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace shoal::surrogate {

namespace {

// Where the asymptotic series are good to 1e-16.
constexpr double large_enough = 12;

// The continued fraction of I_x(a, b) (NIST Handbook, 8.17.22) by Lentz's method; converges fast for
// x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  auto const away_from_zero = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double upper = 1;
  double lower = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double product = lower;
  for (int m = 1; m < 500; ++m) {
    double const twice = 2.0 * m;
    double const even = m * (b - m) * x / ((a + twice - 1) * (a + twice));
    lower = 1 / away_from_zero(1 + even * lower);
    upper = away_from_zero(1 + even / upper);
    product *= lower * upper;
    double const odd = -(a + m) * (a + b + m) * x / ((a + twice) * (a + twice + 1));
    lower = 1 / away_from_zero(1 + odd * lower);
    upper = away_from_zero(1 + odd / upper);
    double const factor = lower * upper;
    product *= factor;
    if (std::abs(factor - 1) < 1e-16) break;
  }
  return product;
}

// log of x^a (1 - x)^b / B(a, b).
double log_beta_weight(double a, double b, UnitPoint point) {
  return log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(point.x) + b * std::log(point.complement);
}

// I_x(a, b) where x and 1 - x are both known.
double incomplete_beta(double a, double b, UnitPoint point) {
  if (point.x <= 0) return 0;
  if (point.complement <= 0) return 1;
  double const weight = std::exp(log_beta_weight(a, b, point));
  if (point.x < (a + 1) / (a + b + 2)) return weight * beta_fraction(a, b, point.x) / a;
  return 1 - weight * beta_fraction(b, a, point.complement) / b;
}

UnitPoint logistic(double logit) {
  return {1 / (1 + std::exp(-logit)), 1 / (1 + std::exp(logit))};
}

}  // namespace

double log_gamma(double x) {
  double product = 1;
  for (; x < large_enough; x += 1) product *= x;
  double const inverse = 1 / x;
  double const square = inverse * inverse;
  double const series =
      inverse *
      (1.0 / 12 +
       square * (-1.0 / 360 +
                 square * (1.0 / 1260 + square * (-1.0 / 1680 + square * (1.0 / 1188 - square * (691.0 / 360360))))));
  return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + series - std::log(product);
}

double digamma(double x) {
  double sum = 0;
  for (; x < large_enough; x += 1) sum -= 1 / x;
  double const square = 1 / (x * x);
  double const series =
      square *
      (1.0 / 12 -
       square *
           (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square * (1.0 / 132 - square * (691.0 / 32760))))));
  return sum + std::log(x) - 0.5 / x - series;
}

double incomplete_beta(double a, double b, double x) {
  return incomplete_beta(a, b, UnitPoint{x, 1 - x});
}

UnitPoint inverse_incomplete_beta(double a, double b, double probability) {
  // In the logit of x neither tail loses digits. Newton inside a bracket; the function increases.
  double low = -700;
  double high = 700;
  double logit = std::log(a / b);
  for (int step = 0; step < 200 && high - low > 0; ++step) {
    UnitPoint const point = logistic(logit);
    double const error = incomplete_beta(a, b, point) - probability;
    (error > 0 ? high : low) = logit;
    // dI / dlogit = x^a (1 - x)^b / B(a, b).
    double next = logit - error / std::exp(log_beta_weight(a, b, point));
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    double const change = std::abs(next - logit);
    logit = next;
    if (change <= 4 * std::numeric_limits<double>::epsilon() * (1 + std::abs(logit))) break;
  }
  return logistic(logit);
}

double normal_quantile(double probability) {
  bool const lower = probability < 0.5;
  double const tail = lower ? probability : 1 - probability;
  // A start good to 4.5e-4 (Abramowitz and Stegun 26.2.23), then Newton on log of the tail, which is nearly quadratic.
  double const t = std::sqrt(-2 * std::log(tail));
  double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (int step = 0; step < 4; ++step) {
    double const above = 0.5 * std::erfc(x / std::numbers::sqrt2);
    double const density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
    x += (above / density) * std::log(above / tail);
  }
  return lower ? -x : x;
}

}  // namespace shoal::surrogate
