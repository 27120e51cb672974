// SPDX-License-Identifier: MIT
// A response curve as a vector of unconstrained numbers, for least squares: logarithms of what must be positive, so
// that every vector is a monotone curve.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "surrogate/response_curve.hpp"

namespace shoal::surrogate {

// The parameter vector by kind:
//   identity  offset; the slope is 1
//   sigmoids  offset, log slope, then log height, log steepness and centre of each sigmoid
//             height tanh(steepness (phi - centre))
//   spline    the first control value, then the logarithms of the increments to the next ones
struct CurveShape {
  CurveKind kind = CurveKind::identity;
  int sigmoids = 0;
  std::vector<double> knots;  // spline
  // Sigmoids steeper than this are held by a ridge of their own on the logarithm of the excess (add_curve_penalty).
  // Where coefficients are as many as the rows, rows can be pushed off any step, and a step costs no slope.
  double steepest = std::numeric_limits<double>::infinity();
  double steepness_ridge = 0;
  std::size_t size() const;
  ResponseCurve curve(std::span<double const> parameters) const;
  // Where the parameters are drawn to if the data say nothing: a straight line of slope 1 for a spline, a line with
  // broad low sigmoids otherwise.
  std::vector<double> prior() const;
};

// A shape at given parameters, ready for many latent values.
class CurveAt {
 public:
  CurveAt(CurveShape const& shape, std::span<double const> parameters);

  struct Point {
    double value = 0;
    double slope = 0;
    double curvature = 0;  // derivative of the slope
  };
  // The same without the curvature, which stays 0.
  Point operator()(double phi) const;
  // Writes also the derivatives of the value and of the slope with respect to the parameters [size].
  Point with_jacobians(double phi, double* values, double* slopes) const;

 private:
  Point spline_jacobians(double phi, double* values, double* slopes) const;

  ResponseCurve curve_;
  std::vector<double> centres_;
  std::vector<double> increments_;  // spline, from the second control value
};

}  // namespace shoal::surrogate
