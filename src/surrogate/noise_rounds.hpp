// SPDX-License-Identifier: MIT
// Reweighting of a global-epistasis fit by its own noise: iterated least squares for maximum likelihood.
//
// Least squares takes every residual alike. A noise model says which measurements tell more: one step towards its
// maximum likelihood is least squares with weights -dNLL/dprediction / (y - prediction), its parameters held fixed
// (1 / s² for normal noise, 2 / (s² + r²) for Cauchy noise), floored at 0 and scaled to mean 1, so that lambda keeps
// its meaning.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "surrogate/global_epistasis.hpp"

namespace shoal::surrogate {

// Of rows with these responses and predictions; `noise` is not of the known kind.
std::vector<double> noise_weights(NoiseModel const& noise, std::span<double const> responses,
                                  std::span<double const> predictions);

// Fits a task of `fitted`, whose weights are the caller's; noise is that of the measurements as they were weighted at
// first.
using EpistasisFitter =
    std::function<GlobalEpistasisFit(Observations const& fitted, GlobalEpistasisOptions const& options)>;

// Up to options.noise_rounds rounds of weights from the last fit and a new fit at its lambda. A round is kept if noise
// on rows outside the fit has a smaller negative log-likelihood about its predictions; the first that is not ends them.
// Known noise, and noise of one scale for all, have nothing to reweight by.
GlobalEpistasisFit reweighted_by_noise(GlobalEpistasisFit first, Observations const& observations, std::int64_t task,
                                       GlobalEpistasisOptions const& options, EpistasisFitter const& refit);

}  // namespace shoal::surrogate
