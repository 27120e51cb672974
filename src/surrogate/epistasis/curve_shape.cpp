// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/curve_shape.hpp"

#include <algorithm>
#include <cmath>

namespace shoal::surrogate {

namespace {

// Beyond these values a curve is a step, or flat, at any sensible scale of phi; within them exponentials stay finite.
double bounded_exponential(double x) {
  return std::exp(std::clamp(x, -16.0, 8.0));
}

double tanh_fast(double x) {
  // One exponential; absolute error 2e-16.
  double const e = std::exp(-2 * std::abs(x));
  return std::copysign((1 - e) / (1 + e), x);
}

}  // namespace

std::size_t CurveShape::size() const {
  switch (kind) {
    case CurveKind::identity:
      return 1;
    case CurveKind::sigmoids:
      return 2 + 3 * static_cast<std::size_t>(sigmoids);
    default:
      return knots.size() + 2;
  }
}

ResponseCurve CurveShape::curve(std::span<double const> parameters) const {
  ResponseCurve result;
  result.kind = kind;
  if (kind == CurveKind::spline) {
    result.slope = 0;
    result.knots = knots;
    result.values.push_back(parameters[0]);
    for (std::size_t j = 1; j < size(); ++j) {
      result.values.push_back(result.values.back() + bounded_exponential(parameters[j]));
    }
    return result;
  }
  result.offset = parameters[0];
  if (kind == CurveKind::identity) return result;
  result.slope = bounded_exponential(parameters[1]);
  for (std::size_t k = 2; k < size(); k += 3) {
    result.heights.push_back(bounded_exponential(parameters[k]));
    result.steepness.push_back(bounded_exponential(parameters[k + 1]));
    result.shifts.push_back(-result.steepness.back() * parameters[k + 2]);
  }
  return result;
}

std::vector<double> CurveShape::prior() const {
  std::vector<double> values(size(), 0.0);
  if (kind == CurveKind::sigmoids) {
    values[1] = std::log(0.8);
    for (std::size_t k = 2; k < size(); k += 3) values[k] = std::log(0.2 / sigmoids);
  }
  if (kind == CurveKind::spline) {
    // Control values at the means of three knots each give the line phi (Greville abscissae).
    auto const knot = [&](std::size_t index) { return knots[std::clamp<std::size_t>(index, 2, knots.size() + 1) - 2]; };
    auto const place = [&](std::size_t j) { return (knot(j) + knot(j + 1) + knot(j + 2)) / 3; };
    values[0] = place(0);
    for (std::size_t j = 1; j < size(); ++j) values[j] = std::log(place(j) - place(j - 1));
  }
  return values;
}

CurveAt::CurveAt(CurveShape const& shape, std::span<double const> parameters) : curve_(shape.curve(parameters)) {
  for (std::size_t k = 0; k < curve_.heights.size(); ++k) centres_.push_back(parameters[4 + 3 * k]);
  for (std::size_t j = 1; j < curve_.values.size(); ++j) increments_.push_back(curve_.values[j] - curve_.values[j - 1]);
}

CurveAt::Point CurveAt::operator()(double phi) const {
  if (curve_.kind == CurveKind::spline) return {curve_(phi), curve_.derivative(phi)};
  Point point{curve_.offset + curve_.slope * phi, curve_.slope};
  for (std::size_t k = 0; k < centres_.size(); ++k) {
    double const term = tanh_fast(curve_.steepness[k] * (phi - centres_[k]));
    point.value += curve_.heights[k] * term;
    point.slope += curve_.heights[k] * curve_.steepness[k] * (1 - term * term);
  }
  return point;
}

CurveAt::Point CurveAt::with_jacobians(double phi, double* values, double* slopes) const {
  values[0] = 1;
  slopes[0] = 0;
  if (curve_.kind == CurveKind::identity) return {curve_.offset + phi, 1, 0};
  if (curve_.kind == CurveKind::spline) return spline_jacobians(phi, values, slopes);
  values[1] = curve_.slope * phi;
  slopes[1] = curve_.slope;
  Point point{curve_.offset + values[1], curve_.slope, 0};
  for (std::size_t k = 0; k < centres_.size(); ++k) {
    double const steepness = curve_.steepness[k];
    double const place = steepness * (phi - centres_[k]);
    double const term = tanh_fast(place);
    double const flank = curve_.heights[k] * (1 - term * term);
    double const slope = flank * steepness;
    double const curvature = -2 * slope * term * steepness;
    values[2 + 3 * k] = curve_.heights[k] * term;
    values[3 + 3 * k] = flank * place;
    values[4 + 3 * k] = -slope;
    slopes[2 + 3 * k] = slope;
    slopes[3 + 3 * k] = slope * (1 - 2 * term * place);
    slopes[4 + 3 * k] = -curvature;
    point.value += values[2 + 3 * k];
    point.slope += slope;
    point.curvature += curvature;
  }
  return point;
}

CurveAt::Point CurveAt::spline_jacobians(double phi, double* values, double* slopes) const {
  double const inside = std::clamp(phi, curve_.knots.front(), curve_.knots.back());
  SplineBasis const basis = spline_basis(curve_.knots, inside);
  Point point;
  // Raising an increment raises all control values from there on: the sum of their B-splines.
  auto const first = static_cast<std::size_t>(basis.first);
  double value_sum = 0;
  double slope_sum = 0;
  for (std::size_t j = curve_.values.size(); j-- > 0;) {
    if (j >= first && j < first + 4) {
      double const value = basis.values[j - first] + (phi - inside) * basis.derivatives[j - first];
      value_sum += value;
      slope_sum += basis.derivatives[j - first];
      point.value += curve_.values[j] * value;
      point.slope += curve_.values[j] * basis.derivatives[j - first];
      if (phi == inside) point.curvature += curve_.values[j] * basis.second_derivatives[j - first];
    }
    double const factor = j > 0 ? increments_[j - 1] : 1.0;
    values[j] = factor * value_sum;
    slopes[j] = factor * slope_sum;
  }
  return point;
}

}  // namespace shoal::surrogate
