// SPDX-License-Identifier: MIT
// Reweighting of a global-epistasis fit by its own noise: iterated least squares for maximum likelihood.
//
// Least squares treats every residual alike. A noise model says which measurements tell more. One step towards its
// maximum likelihood is least squares with weights -dNLL/dprediction / (y - prediction), its parameters held fixed
// (1 / s² for normal noise, 2 / (s² + r²) for Cauchy noise), floored at 0 and scaled to mean 1, so that lambda keeps
// its meaning.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "surrogate/epistasis/global_epistasis.hpp"

namespace shoal::surrogate {

// Weights of rows with these responses and predictions; `noise` is not of the known kind.
std::vector<double> noise_weights(NoiseModel const& noise, std::span<double const> responses,
                                  std::span<double const> predictions);

// Weights of all rows for a first fit that Cauchy outliers do not destroy, from responses alone: those of
// `observations`, for rows that are fitted times 1 / (1 + ((y - median) / (3 * 1.4826 * MAD))²), scaled to mean 1. MAD
// is the median distance from the median, 1.4826 MAD the standard deviation of a normal law. Where MAD is 0, the factor
// is 1.
std::vector<double> outlier_weights(Observations const& observations, std::int64_t task);

// Fits a task of `fitted`, whose weights are the caller's; the noise is that of the measurements with their original
// weights.
using EpistasisFitter =
    std::function<GlobalEpistasisFit(Observations const& fitted, GlobalEpistasisOptions const& options)>;

// When rounds end.
struct RoundLimits {
  double least_gain = 0;  // a round that gains less, in nats per row, is the last
  // A round after which the squared correlation on the rows outside the fit is smaller than before the first round by
  // more than this is not kept. Residuals of a library of scores are misfit, not noise: weights that are small where
  // the misfit is large gain likelihood and lose what the surrogate explains.
  double most_lost = std::numeric_limits<double>::infinity();
};

// Up to `rounds` rounds of weights from the last fit and a new fit. In the first round `refit` has the list of lambdas,
// in the others the last lambda. A round is kept if noise on rows outside the fit has a smaller negative log-likelihood
// about its predictions; the first that gains nothing, or passes a limit, ends them.
// Known noise, and noise of one scale for all, give no weights to fit anew with.
GlobalEpistasisFit reweighted_by_noise(GlobalEpistasisFit first, Observations const& observations, std::int64_t task,
                                       GlobalEpistasisOptions const& options, int rounds, EpistasisFitter const& refit,
                                       RoundLimits const& limits = {});

// The same for a first fit whose noise was chosen by the data (NoiseKind::automatic): none where it is normal of one
// scale, else at most `options.noise_rounds`, and of measurements 3 if that is more, of that kind and order by
// `refit_again`, which starts from the last fit, while each gains .005 nats and no more than .001 of the squared
// correlation is lost. A noise of measurements that has no variance is chosen anew about a fit by outlier_weights, at
// the middle one of the lambdas, first: by `refit`, which starts from nothing.
GlobalEpistasisFit reweighted_by_chosen_noise(GlobalEpistasisFit first, Observations const& observations,
                                              std::int64_t task, GlobalEpistasisOptions const& options,
                                              EpistasisFitter const& refit, EpistasisFitter const& refit_again);

}  // namespace shoal::surrogate
