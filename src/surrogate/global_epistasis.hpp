// SPDX-License-Identifier: MIT
// Global epistasis: y ≈ g(phi), phi linear in a sequence's features, g monotone and learned (Otwinowski, McCandlish and
// Plotkin 2018; MAVE-NN, Tareen et al. 2022), with a noise model on top.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "surrogate/linear_fit.hpp"

namespace shoal::surrogate {

enum class CurveKind { identity, sigmoids, spline };

// g(phi) = offset + slope * phi + Σ_k heights_k tanh(steepness_k phi + shifts_k), increasing: slope, heights and
// steepness are not negative. In units of y; phi has mean 0 and standard deviation 1 over the training rows. A spline
// holds its knots and values instead (monotone cubic, continued linearly).
struct ResponseCurve {
  CurveKind kind = CurveKind::identity;
  double offset = 0;
  double slope = 1;
  std::vector<double> heights;
  std::vector<double> steepness;
  std::vector<double> shifts;
  std::vector<double> knots;
  std::vector<double> values;

  double operator()(double phi) const;
  double derivative(double phi) const;
};

enum class NoiseKind { gaussian, cauchy, skewed_t, known };

// log-parameters are polynomials in the prediction g, standardised by `centre` and `scale`: p(y | g) as in MAVE-NN's
// noise models, in units of y.
struct NoiseModel {
  NoiseKind kind = NoiseKind::gaussian;
  int order = 0;
  double centre = 0;
  double scale = 1;
  double lowest = 0;  // predictions outside lowest … highest take the noise at the nearer end
  double highest = 0;
  std::vector<double> log_scale;  // [order + 1]
  std::vector<double> log_a;      // [order + 1], skewed_t
  std::vector<double> log_b;      // [order + 1], skewed_t

  // -log p(y | prediction), in nats; `standard_error` for known noise.
  double negative_log_likelihood(double y, double prediction, double standard_error) const;
  double quantile(double probability, double prediction, double standard_error) const;
  // The mean of y, which for skewed_t is not the prediction (its mode).
  double mean(double prediction) const;
};

struct GlobalEpistasisOptions {
  LinearOptions linear;  // the start, and the list of lambdas that is searched
  CurveKind curve = CurveKind::sigmoids;
  int sigmoids = 3;
  NoiseKind noise = NoiseKind::gaussian;
  int noise_order = 2;
  int starts = 3;
  int maximum_iterations = 60;  // of the outer Gauss-Newton iteration
};

struct GlobalEpistasisFit {
  Parameters parameters;  // of phi, in the ridge's own gauge; reproduces phi exactly
  ResponseCurve curve;
  NoiseModel noise;
  double lambda = 0;
  std::vector<double> lambda_scores;  // R² on the validation rows
  int start = 0;                      // which start won
  int iterations = 0;
  bool converged = false;
  double flat_fraction = 0;  // of training rows where g' is under 5 % of its largest value there
  std::string diagnostic;    // empty, or what a user should know ("linear forced: only single mutants", …)
};

// One task. Deterministic: no random numbers, the same bits for any number of threads.
GlobalEpistasisFit fit_global_epistasis(FeatureOperator const& features, Observations const& observations,
                                        std::int64_t task, GlobalEpistasisOptions const& options);

}  // namespace shoal::surrogate
