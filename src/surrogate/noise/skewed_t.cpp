// SPDX-License-Identifier: MIT
#include "surrogate/noise/skewed_t.hpp"

#include <cmath>
#include <numbers>

#include "surrogate/math/special_functions.hpp"

namespace shoal::surrogate {

namespace {

// log(1 + r) and log(1 - r) without cancellation: 1 - r² = (a + b) / (a + b + t²).
struct LogSides {
  double plus = 0;
  double minus = 0;
  double ratio = 0;  // r
};

LogSides log_sides(double total, double t) {
  double const square = total + t * t;
  double const ratio = t / std::sqrt(square);
  double const both = std::log(total / square);
  double const near = std::log1p(std::abs(ratio));
  return t >= 0 ? LogSides{near, both - near, ratio} : LogSides{both - near, near, ratio};
}

double log_constant(SkewedShape shape) {
  double const total = shape.a + shape.b;
  return (1 - total) * std::numbers::ln2 - 0.5 * std::log(total) + log_gamma(total) - log_gamma(shape.a) -
         log_gamma(shape.b);
}

// The mean of t.
double raw_mean(SkewedShape shape) {
  double const logs = log_gamma(shape.a - 0.5) + log_gamma(shape.b - 0.5) - log_gamma(shape.a) - log_gamma(shape.b);
  return 0.5 * (shape.a - shape.b) * std::sqrt(shape.a + shape.b) * std::exp(logs);
}

}  // namespace

double skewed_t_mode(SkewedShape shape) {
  return (shape.a - shape.b) * std::sqrt(shape.a + shape.b) / std::sqrt((2 * shape.a + 1) * (2 * shape.b + 1));
}

double skewed_t_log_density(SkewedShape shape, double x) {
  LogSides const sides = log_sides(shape.a + shape.b, skewed_t_mode(shape) + x);
  return (shape.a + 0.5) * sides.plus + (shape.b + 0.5) * sides.minus + log_constant(shape);
}

SkewedSlopes skewed_t_slopes(SkewedShape shape, double x) {
  auto const [a, b] = shape;
  double const total = a + b;
  double const mode = skewed_t_mode(shape);
  double const t = mode + x;
  LogSides const sides = log_sides(total, t);
  // dr/dt = total (total + t²)^(-3/2), and dr/d total at fixed t is -t/2 (total + t²)^(-3/2).
  double const root = std::sqrt(total + t * t);
  double const cube = root * root * root;
  // d log density / dr = ((a + 1/2)(1 - r) - (b + 1/2)(1 + r)) / (1 - r²), and (1 - r²) = total / root².
  double const by_ratio = ((a - b) - (total + 1) * sides.ratio) * root * root / total;
  double const by_t = by_ratio * total / cube;
  double const by_total = by_ratio * (-0.5 * t / cube);
  double const common = by_total - std::numbers::ln2 - 0.5 / total + digamma(total);
  // The mode's own dependence on a and b.
  double const width = std::sqrt(total) / std::sqrt((2 * a + 1) * (2 * b + 1));
  double const mode_a = width + mode * (0.5 / total - 1 / (2 * a + 1));
  double const mode_b = -width + mode * (0.5 / total - 1 / (2 * b + 1));
  return {(a + 0.5) * sides.plus + (b + 0.5) * sides.minus + log_constant(shape), by_t,
          a * (sides.plus + common - digamma(a) + by_t * mode_a),
          b * (sides.minus + common - digamma(b) + by_t * mode_b)};
}

double skewed_t_quantile(SkewedShape shape, double probability) {
  UnitPoint const u = inverse_incomplete_beta(shape.a, shape.b, probability);
  double const t = (u.x - u.complement) * std::sqrt(shape.a + shape.b) / (2 * std::sqrt(u.x) * std::sqrt(u.complement));
  return t - skewed_t_mode(shape);
}

std::optional<double> skewed_t_mean(SkewedShape shape) {
  if (shape.a <= 0.5 || shape.b <= 0.5) return std::nullopt;
  return raw_mean(shape) - skewed_t_mode(shape);
}

std::optional<double> skewed_t_variance(SkewedShape shape) {
  auto const [a, b] = shape;
  if (a <= 1 || b <= 1) return std::nullopt;
  double const square = 0.25 * (a + b) * ((a - b) * (a - b) + (a - 1) + (b - 1)) / ((a - 1) * (b - 1));
  double const mean = raw_mean(shape);
  return square - mean * mean;
}

}  // namespace shoal::surrogate
