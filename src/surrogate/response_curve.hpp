// SPDX-License-Identifier: MIT
// The monotone curve g of global epistasis, y ≈ g(phi).
#pragma once

#include <string_view>
#include <vector>

namespace shoal::surrogate {

enum class CurveKind { identity, sigmoids, spline };

CurveKind parse_curve_kind(std::string_view name);  // errors: config, listing the names
std::string_view to_string(CurveKind kind);

// identity: offset + slope * phi.
// sigmoids: offset + slope * phi + Σ_k heights_k tanh(steepness_k phi + shifts_k), the form of MAVE-NN (Tareen et al.
// 2022) with a line added; increasing, since slope, heights and steepness are not negative.
// spline: offset + the cubic B-spline with control values `values` (ascending, hence increasing; Schumaker 2007, 5.4)
// on `knots`, continued as straight lines beyond the first and the last knot.
struct ResponseCurve {
  CurveKind kind = CurveKind::identity;
  double offset = 0;  // in units of y
  double slope = 1;
  std::vector<double> heights;  // [sigmoids], in units of y
  std::vector<double> steepness;
  std::vector<double> shifts;
  std::vector<double> knots;   // ascending, at least two; the ends count four times in the B-splines
  std::vector<double> values;  // [knots + 2], in units of y

  double operator()(double phi) const;
  double derivative(double phi) const;
};

// The curve h with h((phi - centre) / scale) = g(phi) for every phi, scale > 0.
ResponseCurve standardised(ResponseCurve const& curve, double centre, double scale);

// The curve centre + scale * g(phi), scale > 0: from standardised responses back to units of y.
ResponseCurve in_units(ResponseCurve const& curve, double centre, double scale);

// The four cubic B-splines that are not zero at phi inside the knots' range, with their derivatives.
struct SplineBasis {
  int first = 0;  // the control value that values[0] multiplies
  double values[4] = {};
  double derivatives[4] = {};
  double second_derivatives[4] = {};
};
SplineBasis spline_basis(std::vector<double> const& knots, double phi);

}  // namespace shoal::surrogate
