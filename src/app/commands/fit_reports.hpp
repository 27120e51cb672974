// SPDX-License-Identifier: MIT
// What `shoal fit` prints and writes beside the parameters.
#pragma once

#include <string>
#include <vector>

#include "app/commands/fit_table.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::app {

// Header and line of one surrogate for standard output: model, r2, pearson2, spearman, nll, i_var, i_pred, lambda and
// seconds, separated by tabs; metrics on the test rows, "nan" where there is none.
std::string metrics_header();
std::string metrics_line(surrogate::SurrogateFit const& fit);

// Writes tab-separated rows in the table's own order: sequence, set, y, and for every model phi and the predicted mean
// of y ("MODEL.phi", "MODEL.prediction"). Errors: output.
void write_predictions(std::string const& path, FitTable const& table, std::vector<surrogate::SurrogateFit> const& fits,
                       int threads);

// Writes tab-separated rows in the table's own order: sequence, split, phi, yhat and y, y drawn from the surrogate's
// noise: a table that `shoal fit` reads. Errors: output.
void write_simulated(std::string const& path, FitTable const& table, surrogate::SurrogateFit const& fit,
                     std::uint64_t seed, int threads);

}  // namespace shoal::app
