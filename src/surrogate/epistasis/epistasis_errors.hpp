// SPDX-License-Identifier: MIT
// Standard errors of a global-epistasis fit's latent parameters: the sandwich of a penalised M-estimator.
//
// The fit minimises the objective of latent_problem.hpp over z = (coefficients c, curve theta). With the Jacobian J_n
// of row n's prediction by z, residuals r_n, weights w_n and A the Gauss-Newton matrix of the objective (the penalties
// included), the estimate has over new measurements of the same sequences, to first order, the covariance
//   A^-1 B A^-1 * N / (N - 2 tr H + tr H²),  B = Σ w_n² r_n² J_n J_n^T,  H = A^-1 Σ w_n J_n J_n^T
// (Huber 1967; White 1980; the factor is that of parameter_errors.hpp for what the fit takes from the residuals, of N
// rows of positive weight). B makes no assumption on how the noise changes along the curve. phi is reported with mean 0
// and standard deviation 1 over the training rows: its parameters are functions of z, whose covariance is carried over
// by their derivatives (delta method), so that what the curve's scale and shift leave open does not count. Lambda, the
// stiffness of the curve, the choice among curves and the weights of noise rounds are taken as given. As for
// ridges, the bias that the penalty brings is not counted, and the residuals contain the misfit too.
#pragma once

#include <optional>
#include <span>

#include "surrogate/epistasis/gauss_newton.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// A fit of `rows`, with everything that it was fitted by.
struct FittedLatent {
  LatentRows const& rows;
  CurveShape const& shape;
  LatentPenalty const& penalty;
  LatentFit const& fit;
};

// Errors of phi's parameters, standardised over the rows `standard`, in the gauge of `frequencies` [length, alphabet];
// residual_sd in units of the responses of `rows`. `observations` have the letters. Nothing for more than
// most_primal_parameters coefficients, where no residual degrees of freedom are left, or where A is singular.
std::optional<ParameterErrors> epistasis_errors(FittedLatent const& fitted, Observations const& observations,
                                                kernels::RowRange standard, std::span<double const> frequencies);

}  // namespace shoal::surrogate
