// SPDX-License-Identifier: MIT
// Standard errors of a ridge surrogate's parameters in the gauge in which they are reported.
//
// Where y = c + Phi b + e with independent errors e_n of variance sigma² / w_n, the ridge estimate at lambda has over
// new measurements of the same sequences the covariance sigma² A^-1 G A^-1, with G the centred, weighted Gram matrix of
// the features and A = G + lambda M; parameters in any gauge are linear in b and c, and have that covariance's image.
// This sampling covariance is what repeated measurements, a simulation and the bootstrap show. It does not count the
// bias that the penalty brings (as the posterior's sigma² A^-1 would, under a prior that depends on lambda alone), and
// takes lambda as given. sigma² = Σ w r² / (N - 2 tr H + tr H²), r the residuals of the N rows fitted and H the hat
// matrix: where a surrogate misfits its network, sigma holds the misfit too.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// At sigma = 1: the part that depends on the sequences alone.
struct UnitErrors {
  ParameterErrors errors;
  double residual_degrees = 0;  // N - 2 tr H + tr H²
};

// The factorisation that gives them: primal_cholesky for no more than most_primal_parameters features; dual_cholesky
// for no more than most_dual_rows rows, where it is chosen for solving and rows * one-hot parameters are at most 2e9;
// else none.
std::optional<RidgeAlgorithm> algorithm_of_errors(RidgeProblem const& problem, double lambda);

// `frequencies` [length, alphabet] define the gauge; `algorithm` is one of the two. Errors: numeric, when lambda is 0
// on a singular system.
UnitErrors unit_errors(RidgeAlgorithm algorithm, RidgeProblem const& problem, double lambda,
                       std::span<double const> frequencies);

// At the sigma of this weighted residual sum of squares; nothing where no residual degrees of freedom are left.
std::optional<ParameterErrors> scaled_errors(UnitErrors const& unit, double residual_squares);

}  // namespace shoal::surrogate
