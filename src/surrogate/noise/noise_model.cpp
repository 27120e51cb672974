// SPDX-License-Identifier: MIT
#include "surrogate/noise/noise_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "surrogate/math/special_functions.hpp"
#include "surrogate/noise/skewed_t.hpp"

namespace shoal::surrogate {

namespace {

constexpr std::array<std::string_view, 5> kind_names = {"gaussian", "cauchy", "skewed-t", "known", "auto"};

double polynomial(std::vector<double> const& coefficients, double z) {
  double value = 0;
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) value = value * z + *c;
  return value;
}

double exponential(double x) {
  return std::exp(std::clamp(x, -60.0, 60.0));
}

double shape_parameter(double logarithm) {
  return std::clamp(exponential(logarithm), SkewedShape::smallest, SkewedShape::largest);
}

struct NoiseAt {
  double scale = 1;
  SkewedShape shape;
};

NoiseAt noise_at(NoiseModel const& model, double prediction, double standard_error) {
  if (model.kind == NoiseKind::known) return {standard_error, {}};
  double const z = (std::clamp(prediction, model.lowest, model.highest) - model.centre) / model.scale;
  NoiseAt noise{exponential(polynomial(model.log_scale, z)), {}};
  if (model.kind == NoiseKind::skewed_t) {
    noise.shape = {shape_parameter(polynomial(model.log_a, z)), shape_parameter(polynomial(model.log_b, z))};
  }
  return noise;
}

}  // namespace

NoiseKind parse_noise_kind(std::string_view name) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == name) return static_cast<NoiseKind>(i);
  }
  fail(ErrorCode::config, "unknown noise '" + std::string(name) + "': auto, gaussian, cauchy, skewed-t or known");
}

std::string_view to_string(NoiseKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

double NoiseModel::negative_log_likelihood(double y, double prediction, double standard_error) const {
  NoiseAt const noise = noise_at(*this, prediction, standard_error);
  double const distance = (y - prediction) / noise.scale;
  switch (kind) {
    case NoiseKind::cauchy:
      return std::log1p(distance * distance) + std::log(noise.scale) + std::log(std::numbers::pi);
    case NoiseKind::skewed_t:
      return std::log(noise.scale) - skewed_t_log_density(noise.shape, distance - mode_shift);
    default:
      return 0.5 * distance * distance + std::log(noise.scale) + 0.5 * std::log(2 * std::numbers::pi);
  }
}

double NoiseModel::precision(double y, double prediction) const {
  // The slope of a smooth density vanishes at its mode; nearer to it than this the ratio is taken here.
  constexpr double nearest = 1e-5;
  NoiseAt const noise = noise_at(*this, prediction, 0);
  double const distance = (y - prediction) / noise.scale;
  double relative = 1;
  if (kind == NoiseKind::cauchy) relative = 2 / (1 + distance * distance);
  if (kind == NoiseKind::skewed_t) {
    double const from_mode = distance - mode_shift;
    double const place = std::abs(from_mode) < nearest ? nearest : from_mode;
    relative = -skewed_t_slopes(noise.shape, place).x / place;
  }
  return relative / (noise.scale * noise.scale);
}

double NoiseModel::quantile(double probability, double prediction, double standard_error) const {
  NoiseAt const noise = noise_at(*this, prediction, standard_error);
  switch (kind) {
    case NoiseKind::cauchy:
      return prediction + noise.scale * std::tan(std::numbers::pi * (probability - 0.5));
    case NoiseKind::skewed_t:
      return prediction + noise.scale * (mode_shift + skewed_t_quantile(noise.shape, probability));
    default:
      return prediction + noise.scale * normal_quantile(probability);
  }
}

double NoiseModel::mean(double prediction) const {
  if (kind != NoiseKind::skewed_t) return prediction;
  NoiseAt const noise = noise_at(*this, prediction, 0);
  bool const is_bounded = noise.shape.a >= 1 && noise.shape.b >= 1;
  double const from_mode = is_bounded ? skewed_t_mean(noise.shape).value() : 0.0;
  return prediction + noise.scale * (mode_shift + from_mode);
}

double NoiseModel::standard_deviation(double prediction, double standard_error) const {
  NoiseAt const noise = noise_at(*this, prediction, standard_error);
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (kind == NoiseKind::cauchy) return infinite;
  if (kind != NoiseKind::skewed_t) return noise.scale;
  return noise.scale * std::sqrt(skewed_t_variance(noise.shape).value_or(infinite));
}

}  // namespace shoal::surrogate
