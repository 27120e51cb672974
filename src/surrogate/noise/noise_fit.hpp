// SPDX-License-Identifier: MIT
// Maximum likelihood for a noise model when the predictions are given.
#pragma once

#include <span>

#include "surrogate/noise/noise_model.hpp"

namespace shoal::surrogate {

struct NoiseFit {
  NoiseModel model;
  int order = 0;                       // order of the polynomials, lower than asked for where rows are few
  double negative_log_likelihood = 0;  // mean over rows, nats
  int iterations = 0;
  bool converged = false;
};

// Fits the noise of rows that took no part in fitting the predictions: with its own residuals, a flexible model's
// noise shrinks to nothing. A weak normal prior (as heavy as a tenth of a nat at a distance of sqrt 2) keeps
// polynomials from running away where rows are few; ten rows are asked for each coefficient of log_scale, else the
// order is lowered. Where residuals are zero, log_scale stays at a floor of 1e-9 times the responses' standard
// deviation. `weights` may be empty: all 1.
NoiseFit fit_noise(NoiseKind kind, int order, std::span<double const> predictions, std::span<double const> responses,
                   std::span<double const> weights, std::span<double const> standard_errors);

}  // namespace shoal::surrogate
