// SPDX-License-Identifier: MIT
#include "surrogate/response_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"

namespace shoal::surrogate {

namespace {

constexpr std::array<std::string_view, 3> kind_names = {"identity", "sigmoids", "spline"};

// Knot `index` of the B-splines: the end knots are repeated three times more on either side.
double knot(std::vector<double> const& knots, int index) {
  int const last = static_cast<int>(knots.size()) - 1;
  return knots[static_cast<std::size_t>(std::clamp(index - 3, 0, last))];
}

// B-splines of degree `degree` that are not zero in the interval of knots [span, span + 1], after de Boor.
void grow_basis(std::vector<double> const& knots, int span, double phi, int degree, double* basis) {
  double saved = 0;
  for (int r = 0; r < degree; ++r) {
    double const right = knot(knots, span + r + 1) - phi;
    double const left = phi - knot(knots, span + 1 - degree + r);
    double const share = basis[r] / (right + left);
    basis[r] = saved + right * share;
    saved = left * share;
  }
  basis[degree] = saved;
}

// Derivatives [degree + 1] of what has B-spline combinations `lower` [degree] one degree below: each is a difference of
// two neighbours, scaled by their supports.
void differentiate(std::vector<double> const& knots, int span, int degree, double const* lower, double* result) {
  for (int i = 0; i <= degree; ++i) {
    int const first = span - degree + i;
    double const before = i > 0 ? degree * lower[i - 1] / (knot(knots, first + degree) - knot(knots, first)) : 0.0;
    double const after =
        i < degree ? degree * lower[i] / (knot(knots, first + degree + 1) - knot(knots, first + 1)) : 0.0;
    result[i] = before - after;
  }
}

double spline_value(ResponseCurve const& curve, SplineBasis const& basis) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += curve.values[static_cast<std::size_t>(basis.first + i)] * basis.values[i];
  return sum;
}

double spline_slope(ResponseCurve const& curve, SplineBasis const& basis) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += curve.values[static_cast<std::size_t>(basis.first + i)] * basis.derivatives[i];
  return sum;
}

double sigmoid_term(ResponseCurve const& curve, std::size_t k, double phi) {
  return std::tanh(curve.steepness[k] * phi + curve.shifts[k]);
}

}  // namespace

CurveKind parse_curve_kind(std::string_view name) {
  if (name == "linear") return CurveKind::identity;
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == name) return static_cast<CurveKind>(i);
  }
  fail(ErrorCode::config, "unknown curve '" + std::string(name) + "': sigmoids, spline, identity or linear");
}

std::string_view to_string(CurveKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

SplineBasis spline_basis(std::vector<double> const& knots, double phi) {
  auto const above = std::upper_bound(knots.begin() + 1, knots.end() - 1, phi);
  int const interval = static_cast<int>(above - knots.begin()) - 1;
  int const span = interval + 3;
  SplineBasis basis{interval, {1, 0, 0, 0}, {}, {}};
  grow_basis(knots, span, phi, 1, basis.values);
  double linear_slopes[3];
  differentiate(knots, span, 2, basis.values, linear_slopes);
  differentiate(knots, span, 3, linear_slopes, basis.second_derivatives);
  grow_basis(knots, span, phi, 2, basis.values);
  differentiate(knots, span, 3, basis.values, basis.derivatives);
  grow_basis(knots, span, phi, 3, basis.values);
  return basis;
}

double ResponseCurve::operator()(double phi) const {
  if (kind == CurveKind::spline) {
    double const inside = std::clamp(phi, knots.front(), knots.back());
    SplineBasis const basis = spline_basis(knots, inside);
    return offset + spline_value(*this, basis) + (phi - inside) * spline_slope(*this, basis);
  }
  double value = offset + slope * phi;
  for (std::size_t k = 0; k < heights.size(); ++k) value += heights[k] * sigmoid_term(*this, k, phi);
  return value;
}

double ResponseCurve::derivative(double phi) const {
  if (kind == CurveKind::spline) {
    return spline_slope(*this, spline_basis(knots, std::clamp(phi, knots.front(), knots.back())));
  }
  double value = slope;
  for (std::size_t k = 0; k < heights.size(); ++k) {
    double const term = sigmoid_term(*this, k, phi);
    value += heights[k] * steepness[k] * (1 - term * term);
  }
  return value;
}

ResponseCurve standardised(ResponseCurve const& curve, double centre, double scale) {
  ResponseCurve result = curve;
  if (curve.kind == CurveKind::spline) {
    for (double& place : result.knots) place = (place - centre) / scale;
    return result;
  }
  result.offset += curve.slope * centre;
  result.slope *= scale;
  for (std::size_t k = 0; k < curve.heights.size(); ++k) {
    result.shifts[k] += curve.steepness[k] * centre;
    result.steepness[k] *= scale;
  }
  return result;
}

ResponseCurve in_units(ResponseCurve const& curve, double centre, double scale) {
  ResponseCurve result = curve;
  result.offset = centre + scale * curve.offset;
  result.slope *= scale;
  for (double& height : result.heights) height *= scale;
  for (double& value : result.values) value *= scale;
  return result;
}

}  // namespace shoal::surrogate
