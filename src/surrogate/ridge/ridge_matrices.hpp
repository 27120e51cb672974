// SPDX-License-Identifier: MIT
// The dense matrices of a ridge problem, for solvers and standard errors: few parameters, or few rows.
#pragma once

#include <cstdint>
#include <vector>

#include "linalg/symmetric.hpp"
#include "surrogate/ridge/letter_matches.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// Errors: numeric, naming lambda.
[[noreturn]] void refuse_singular(double lambda);

// A row-major square matrix as linalg takes it.
linalg::Matrix square(std::vector<double>& matrix, std::int64_t size);

// Factorises the lower triangle of `matrix` [size, size] in place. Errors: numeric, also when a pivot was lost in
// rounding.
void factor_or_refuse(std::vector<double>& matrix, std::int64_t size, double lambda);

// Weighted means of the features over the problem's rows [parameters].
std::vector<double> feature_means(RidgeProblem const& problem);

// [parameters, parameters], the lower triangle: the centred, weighted Gram matrix of the features, `means` being
// feature_means. Of additive features it is taken from counts, of others from lists of mutations or from written-out
// rows, whichever costs less.
std::vector<double> feature_gram(RidgeProblem const& problem, std::vector<double> const& means);

// Whether feature_gram takes lists, and the seconds that it costs on one core.
struct GramCost {
  bool by_lists = false;
  double seconds = 0;
};
GramCost gram_cost(RidgeProblem const& problem);

// Rows of the kernel matrix [rows, rows], column <= row only, each `stride` entries after the one before: one-hot
// ridge's kernel, same letters / lambda_additive + same pairs of letters / lambda_pair, plus the noise 1 / w. `matches`
// are those of the problem's rows, from which `range` counts.
void write_kernel_rows(RidgeProblem const& problem, LetterMatches const& matches, double lambda,
                       kernels::RowRange range, double* entries, std::int64_t stride);

// The whole of it [rows, rows] on the host.
std::vector<double> kernel_matrix(RidgeProblem const& problem, double lambda);

}  // namespace shoal::surrogate
