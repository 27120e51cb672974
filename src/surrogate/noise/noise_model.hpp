// SPDX-License-Identifier: MIT
// The distribution of a measurement around a surrogate's prediction, p(y | prediction).
#pragma once

#include <string_view>
#include <vector>

namespace shoal::surrogate {

// `automatic` can only be asked for: the fit chooses the kind that its held-out rows speak for (noise_choice.hpp). A
// fitted model has one of the others.
enum class NoiseKind { gaussian, cauchy, skewed_t, known, automatic };

NoiseKind parse_noise_kind(std::string_view name);  // errors: config, listing the names
std::string_view to_string(NoiseKind kind);

// The noise models of MAVE-NN (Tareen et al. 2022) in units of y. Logarithms of the parameters are polynomials in
// z = (prediction - centre) / scale, the prediction first brought into lowest … highest: polynomials explode outside
// the predictions that they were fitted to.
//   gaussian  normal about the prediction with standard deviation exp(log_scale)
//   cauchy    Cauchy about the prediction (its median) with half width exp(log_scale)
//   skewed_t  Jones and Faddy (2003) with mode at prediction + exp(log_scale) * mode_shift, scale exp(log_scale), and
//             shapes a, b = exp(log_a), exp(log_b), within 0.01 … 160,000. MAVE-NN's has mode_shift 0: there g is the
//             mode, while a g fitted by least squares runs nearer to the mean
//   known     normal with the measurement's own standard error
struct NoiseModel {
  NoiseKind kind = NoiseKind::gaussian;
  int order = 0;
  double centre = 0;
  double scale = 1;
  double lowest = 0;
  double highest = 0;
  std::vector<double> log_scale;  // [order + 1], constant term first; empty for known
  std::vector<double> log_a;      // [order + 1], skewed_t
  std::vector<double> log_b;      // [order + 1], skewed_t
  double mode_shift = 0;          // skewed_t, in units of the scale

  // -log p(y | prediction), in nats; `standard_error` is read for known noise alone.
  double negative_log_likelihood(double y, double prediction, double standard_error = 0) const;
  // -d NLL / d prediction over the distance of y, at fixed parameters of the noise: the weight of a measurement with
  // which least squares stands in for maximum likelihood. Not for known noise.
  double precision(double y, double prediction) const;
  // The y below which a measurement falls with `probability` in (0, 1).
  double quantile(double probability, double prediction, double standard_error = 0) const;
  // The mean of y. It is the prediction (for cauchy, which has no mean, its median); for skewed_t it is the mean if
  // a, b >= 1, else the mode: towards a, b = 1/2, below which there is no mean, it grows without bound.
  double mean(double prediction) const;
  // The standard deviation of y; infinite if there is none (cauchy; skewed_t unless a, b > 1).
  double standard_deviation(double prediction, double standard_error = 0) const;
};

}  // namespace shoal::surrogate
