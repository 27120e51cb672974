// SPDX-License-Identifier: MIT
// The objective of a nonlinear surrogate, its linearisation, and products with the Gauss-Newton matrix.
//
// Objective: Σ w (y - g(phi))² + s² c^T M c + curve penalty, with phi = Phi c, M the ridge penalty's matrix and s² = Σ
// w g'² / Σ w. With s² the penalty is on effects in units of y: scaling phi while g is stretched by the inverse changes
// nothing, and lambda means for any curve what it means for the identity, whose fit is ridge regression. Without s² the
// penalty would drive phi to zero and g to a step.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/epistasis/curve_shape.hpp"
#include "surrogate/epistasis/curve_table.hpp"
#include "surrogate/features/feature_operator.hpp"

namespace shoal::surrogate {

// What is fitted: responses [rows of the range] of zero mean and unit variance, weights [rows of the range].
struct LatentRows {
  FeatureOperator const* features = nullptr;
  kernels::RowRange range;
  std::vector<double> responses;
  std::vector<double> weights;
};

// How strongly coefficients and curve are held.
struct LatentPenalty {
  Penalty coefficients;
  double curve = 0;  // add_curve_penalty
};

// The model linearised about (coefficients, curve): residuals r, slopes g', and the derivatives that a step needs.
struct LinearisedLatent {
  std::vector<double> residuals;         // [rows]
  std::vector<double> slopes;            // [rows]
  std::vector<double> jacobian;          // [rows, curve], dg / d curve parameter; empty where it is tabulated
  TabulatedJacobian tabulated;           // for curves of many sigmoids
  std::vector<double> curve_matrix;      // [curve, curve]: the curve's block of the Gauss-Newton matrix
  std::vector<double> curve_side;        // [curve]: minus half the gradient
  std::vector<double> coefficient_side;  // [coefficients]: minus half the gradient
  std::vector<double> penalised;         // [coefficients]: M c
  std::vector<double> scale_by_latent;   // [coefficients]: ds / dc
  std::vector<double> scale_by_curve;    // [curve]: ds / d curve parameter
  double scale = 0;                      // s
  double information = 0;                // Σ w g'²
  double ridge = 0;                      // c^T M c
};

// Curves of many sigmoids (CurveTable::pays) are read from a table over phi: their values to about 1e-8, and their
// derivatives by the curve's parameters, which only make steps, to about 1e-4. One thread at a time may use a problem.
class LatentProblem {
 public:
  // All arguments are kept by reference.
  LatentProblem(LatentRows const& rows, CurveShape const& shape, LatentPenalty const& penalty);

  std::int64_t rows() const { return rows_.range.size(); }
  LatentRows const& observed() const { return rows_; }
  CurveShape const& shape() const { return shape_; }
  LatentPenalty const& penalty() const { return penalty_; }
  double total_weight() const { return total_weight_; }

  std::vector<double> phi(std::vector<double> const& coefficients) const;
  // The objective at coefficients whose phi [rows] is known.
  double objective(std::vector<double> const& coefficients, std::vector<double> const& curve,
                   std::vector<double> const& phi) const;
  // The same where ridge = c^T M c is known in place of the coefficients, and Σ w g'².
  struct Level {
    double objective = 0;
    double information = 0;
  };
  Level level(double ridge, std::vector<double> const& curve, std::vector<double> const& phi) const;
  // Minus half the gradient by phi [rows], with c^T M c held, Σ w g'², and s².
  struct Forces {
    std::vector<double> rows;
    double information = 0;
    double square_scale = 0;
  };
  Forces forces(double ridge, std::vector<double> const& curve, std::vector<double> const& phi) const;
  LinearisedLatent linearised(std::vector<double> const& coefficients, std::vector<double> const& curve,
                              std::vector<double> const& phi) const;

  // What a direction of the coefficients does to the scale: (M c)^T direction and (ds / dc)^T direction.
  struct ScaleSums {
    double penalised = 0;
    double latent = 0;
  };
  ScaleSums scale_sums(LinearisedLatent const& at, std::vector<double> const& direction) const;
  // Products of blocks of the Gauss-Newton matrix at a direction of the coefficients whose phi, `along`, and scale_sums
  // are known: the curve's rows [curve], and the coefficients' rows [coefficients] minus those of the curve step
  // `step`. Solvers call the second with the same `result` again and again.
  std::vector<double> curve_rows(LinearisedLatent const& at, ScaleSums sums, std::vector<double> const& along) const;
  void coefficient_rows(LinearisedLatent const& at, std::vector<double> const& direction, ScaleSums sums,
                        std::vector<double> const& along, std::vector<double> const& step,
                        std::vector<double>& result) const;
  // solutions = (damped information + s² M)^-1 sides, the information of many pairs as effective_share says.
  void precondition(LinearisedLatent const& at, double damping, std::vector<double> const& sides,
                    std::vector<double>& solutions) const;
  void precondition(double information, double square_scale, double damping, std::vector<double> const& sides,
                    std::vector<double>& solutions) const;
  // Phi^T values [coefficients], and M coefficients.
  std::vector<double> transposed(std::vector<double> const& values) const;
  std::vector<double> penalised(std::vector<double> const& coefficients) const;
  // a^T b of vectors [coefficients]. With many pairs eight sums run side by side, which are added at the end.
  double dot(std::vector<double> const& a, std::vector<double> const& b) const;

 private:
  // The same of two columns in one pass over the lists; the same bits.
  void transpose_both(std::vector<double> const& first, std::vector<double> const& second,
                      std::vector<double>& of_first, std::vector<double>& of_second) const;
  void add_curve_moments(LinearisedLatent& at, CurveAt const& curve, std::vector<double> const& phi,
                         std::vector<double>& scale_slopes) const;
  void add_tabulated_moments(LinearisedLatent& at, std::vector<double> const& curve, std::vector<double> const& phi,
                             std::vector<double>& scale_slopes) const;

  LatentRows const& rows_;
  CurveShape const& shape_;
  LatentPenalty const& penalty_;
  int threads_ = 1;
  bool tabulates_ = false;
  bool many_pairs_ = false;
  double total_weight_ = 0;
  double share_ = 1;                       // share of the information that the preconditioner counts
  mutable std::vector<double> penalised_;  // working memory of coefficient_rows
};

}  // namespace shoal::surrogate
