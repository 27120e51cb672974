// SPDX-License-Identifier: MIT
// Least squares for coefficients and curve together, y ≈ g(Phi coefficients): Levenberg-Marquardt whose steps are found
// by conjugate gradients on the coefficients, the curve's few parameters eliminated exactly (a Schur complement).
#pragma once

#include <vector>

#include "surrogate/epistasis/latent_problem.hpp"

namespace shoal::surrogate {

struct LatentFit {
  std::vector<double> coefficients;  // [features.parameters()]
  std::vector<double> curve;         // parameters of the shape
  std::vector<double> phi;           // [rows of the range], without a constant
  double objective = 0;              // latent_problem.hpp
  int iterations = 0;
  int inner_iterations = 0;
  bool converged = false;
};

// Looks at a fit on its way.
class LatentWatch {
 public:
  virtual ~LatentWatch() = default;
  // Whether to stop here, without convergence, because the fit will not be wanted.
  virtual bool gives_up(LatentFit const& fit) = 0;
};

struct GaussNewtonOptions {
  int maximum_iterations = 60;    // accepted and refused steps
  double tolerance = 1e-5;        // stops when a step lowers the objective by less than this share of the start's
  double inner_tolerance = 1e-2;  // relative residual of preconditioned conjugate gradients
  int inner_iterations = 60;
  LatentWatch* watch = nullptr;  // asked after every accepted step that is not the last
};

// Lowers the objective from `start`, whose coefficients and curve are read. The objective never rises. A fit that does
// not converge is no error (LatentFit::converged). The bits do not depend on the number of threads.
LatentFit fit_latent(LatentRows const& rows, CurveShape const& shape, LatentPenalty const& penalty, LatentFit start,
                     GaussNewtonOptions const& options);

}  // namespace shoal::surrogate
