// SPDX-License-Identifier: MIT
// How well a surrogate predicts rows that it has not seen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/metrics/mutual_information.hpp"

namespace shoal::surrogate {

// Ranks from 1; equal numbers share the mean of theirs.
std::vector<double> ranks(Column values);

// Spearman's correlation: Pearson's of the ranks; NaN when either column is constant or empty.
double spearman(Column observed, Column predicted);

// One set of rows as metrics see it.
struct Predictions {
  std::span<double const> observed;        // y
  std::span<double const> predicted;       // the mean of y under the model, in its units
  std::span<double const> latent;          // phi
  std::span<double const> log_likelihood;  // -log p(y | prediction) of each row, in nats; may be empty
};

// Every member is NaN where it has no meaning: no rows, a constant column, fewer than 50 rows for information.
struct FitMetrics {
  std::int64_t rows = 0;
  double r2 = 0;                       // 1 - RSS/TSS about the rows' own mean
  double pearson2 = 0;                 // squared Pearson correlation
  double spearman = 0;                 // rank correlation of y and prediction
  double negative_log_likelihood = 0;  // mean, in nats
  Estimate variational_information;    // I_var = H[y] - mean negative log likelihood, in bits
  Estimate predictive_information;     // I_pred = I[phi; y], in bits
};

// Information takes some 0.5 s at 10,000 rows and stays NaN without `with_information`. The seed is for the random
// numbers of mutual_information.hpp.
FitMetrics measure(Predictions const& rows, bool with_information, std::uint64_t seed);

}  // namespace shoal::surrogate
