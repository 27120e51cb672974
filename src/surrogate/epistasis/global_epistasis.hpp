// SPDX-License-Identifier: MIT
// Global epistasis: y ≈ g(phi), phi linear in a sequence's features, g monotone and learned (Otwinowski, McCandlish and
// Plotkin 2018; MAVE-NN, Tareen et al. 2022), with a noise model on top.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "surrogate/noise/noise_model.hpp"
#include "surrogate/response_curve.hpp"
#include "surrogate/ridge/linear_fit.hpp"

namespace shoal::surrogate {

struct GlobalEpistasisOptions {
  LinearOptions linear;  // the start, and the lambdas that are searched; curves are tried between them as well
  CurveKind curve = CurveKind::sigmoids;
  int sigmoids = 3;
  NoiseKind noise = NoiseKind::gaussian;
  int noise_order = 2;  // for automatic the highest order
  // Most rounds of reweighting by the noise. Cauchy, and automatic of measurements: at least 3 (noise_rounds.hpp).
  int noise_rounds = 0;
  // Responses are measurements, whose residuals are noise. Else they are scores of a network, whose residuals are what
  // phi and curve cannot express: to give these less weight would gain likelihood and lose what is explained, so that
  // automatic noise leaves phi and curve as least squares fits them.
  bool measured = true;
  int starts = 3;
  int maximum_iterations = 60;  // iterations of the outer Gauss-Newton loop
};

struct GlobalEpistasisFit {
  Parameters parameters;  // parameters of phi, in the ridge's own gauge; they reproduce phi exactly
  ResponseCurve curve;
  NoiseModel noise;
  double lambda = 0;  // one of the list, or, where a curve is wanted, the geometric mean of two
  // R² at every lambda of the list on the rows that judged: the validation rows or, where these are fewer than 1,500 of
  // up to 30,000, training and validation rows, each judged by a fit to the other folds of five. It is that of the
  // curve at the lambda that was chosen, if it is listed, and of the linear fit elsewhere. With many pairs, NaN for
  // lambdas that were not tried because the linear fit of a larger one was already 0.005 below the best.
  std::vector<double> lambda_scores;
  int start = 0;  // which start won
  int iterations = 0;
  bool converged = false;
  double flat_fraction = 0;     // share of training rows where g' is under 5 % of its largest value there
  double noise_likelihood = 0;  // negative log-likelihood per row, over the rows that the noise was fitted to
  // Squared correlation of responses and predictions of the same rows; NaN where either is constant.
  double judged_correlation = 0;
  int noise_rounds = 0;    // rounds of reweighting that were kept
  std::string diagnostic;  // empty, or what a user should know ("linear forced: only single mutants", …)
  // Standard errors of the parameters (epistasis_errors.hpp) in the gauge options.linear.error_gauge, 0 if phi is
  // constant; nothing if that is empty or the errors cannot be had.
  std::optional<ParameterErrors> errors = {};
};

// Fits one task. There are no random numbers: the bits are the same for any number of threads.
GlobalEpistasisFit fit_global_epistasis(FeatureOperator const& features, Observations const& observations,
                                        std::int64_t task, GlobalEpistasisOptions const& options);

}  // namespace shoal::surrogate
