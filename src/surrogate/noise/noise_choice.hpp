// SPDX-License-Identifier: MIT
// The noise model that fits rows outside a fit best: the meaning of noise "auto".
#pragma once

#include <span>

#include "surrogate/noise/noise_fit.hpp"

namespace shoal::surrogate {

// Whether skewness g and excess kurtosis k of the residuals, each over `noise`'s standard deviation, are those of a
// normal law: rows * (g² / 6 + k² / 24) <= 2 log(rows) (the statistic of Jarque and Bera 1980, whose law under normal
// noise is chi-squared with two degrees of freedom; the threshold is the Bayesian information criterion's for two
// coefficients, passed by chance in one of `rows` samples). `weights` may be empty: all 1.
bool looks_normal(NoiseModel const& noise, std::span<double const> predictions, std::span<double const> responses,
                  std::span<double const> weights);

// Fits gaussian noise and, where its residuals do not look normal, cauchy and skewed-t noise of the orders 0 …
// `highest_order` (fit_noise) and returns the one with the smallest Bayesian information criterion, the negative
// log-likelihood of all rows + log(rows) / 2 for every coefficient: a law with more coefficients must earn them. Of
// more than 4,000 rows, 4,000 at equal steps are compared, and the law that they choose is fitted to all. `weights` may
// be empty: all 1.
NoiseFit choose_noise(int highest_order, std::span<double const> predictions, std::span<double const> responses,
                      std::span<double const> weights);

}  // namespace shoal::surrogate
