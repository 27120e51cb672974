// SPDX-License-Identifier: MIT
// The objective of a nonlinear surrogate, and its gradient by phi.
#include "surrogate/epistasis/curve_fit.hpp"
#include "surrogate/epistasis/latent_problem.hpp"
#include "surrogate/math/row_sums.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

}  // namespace

double LatentProblem::objective(Vector const& coefficients, Vector const& curve, Vector const& phi) const {
  return level(dot(coefficients, penalised(coefficients)), curve, phi).objective;
}

LatentProblem::Level LatentProblem::level(double ridge, Vector const& curve, Vector const& phi) const {
  auto const sums_by = [&](auto const& point_at) {
    return sum_row_blocks(rows(), 2, threads_, [&](std::int64_t begin, std::int64_t end, double* part) {
      for (std::int64_t i = begin; i < end; ++i) {
        auto const row = static_cast<std::size_t>(i);
        CurveAt::Point const point = point_at(phi[row]);
        double const residual = rows_.responses[row] - point.value;
        part[0] += rows_.weights[row] * residual * residual;
        part[1] += rows_.weights[row] * point.slope * point.slope;
      }
    });
  };
  Vector sums;
  if (tabulates_) {
    CurveTable const table(shape_, curve, phi);
    sums = sums_by([&](double value) { return table.at(table.place(value)); });
  } else {
    sums = sums_by(CurveAt(shape_, curve));
  }
  double const penalties =
      sums[1] / total_weight_ * ridge + add_curve_penalty(shape_, penalty_.curve, curve, nullptr, nullptr);
  return {sums[0] + penalties, sums[1]};
}

LatentProblem::Forces LatentProblem::forces(double ridge, Vector const& curve, Vector const& phi) const {
  Forces found;
  found.rows.resize(phi.size());
  auto const fill_by = [&](auto const& point_at) {
    return sum_row_blocks(rows(), 1, threads_, [&](std::int64_t begin, std::int64_t end, double* part) {
      Vector scratch(2 * shape_.size());
      for (std::int64_t i = begin; i < end; ++i) {
        auto const row = static_cast<std::size_t>(i);
        CurveAt::Point const point = point_at(phi[row], scratch);
        double const sloped = rows_.weights[row] * point.slope;
        found.rows[row] = sloped * (rows_.responses[row] - point.value - ridge / total_weight_ * point.curvature);
        *part += sloped * point.slope;
      }
    });
  };
  if (tabulates_) {
    CurveTable const table(shape_, curve, phi);
    found.information = fill_by([&](double value, Vector&) { return table.at(table.place(value)); }).front();
  } else {
    CurveAt const at(shape_, curve);
    found.information = fill_by([&](double value, Vector& scratch) {
                          return at.with_jacobians(value, scratch.data(), scratch.data() + shape_.size());
                        }).front();
  }
  found.square_scale = found.information / total_weight_;
  return found;
}

}  // namespace shoal::surrogate
