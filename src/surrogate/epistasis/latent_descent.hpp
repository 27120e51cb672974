// SPDX-License-Identifier: MIT
// Least squares for coefficients and curve together where coefficients are as many as the rows, or more: limited-memory
// BFGS (Nocedal and Wright 2006, algorithm 7.4) on the coefficients, the curve fitted anew wherever they are.
//
// There a Gauss-Newton step promises far more than it finds, since the penalty, which is most of the objective, changes
// with the curve's slopes: six products with the features for a step that is often refused. A quasi-Newton step costs
// two products, as phi along its direction is linear in the length of the step.
#pragma once

#include "surrogate/epistasis/gauss_newton.hpp"

namespace shoal::surrogate {

// What fit_latent returns, for many pairs (effective_share.hpp) and a curve. One of `options.maximum_iterations` is
// four iterations here; all are inner iterations of the result. The bits do not depend on the number of threads.
LatentFit descended(LatentRows const& rows, CurveShape const& shape, LatentPenalty const& penalty, LatentFit start,
                    GaussNewtonOptions const& options);

}  // namespace shoal::surrogate
