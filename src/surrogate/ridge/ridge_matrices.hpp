// SPDX-License-Identifier: MIT
// The dense matrices of a ridge problem, for solvers and standard errors: few parameters, or few rows.
#pragma once

#include <cstdint>
#include <vector>

#include "linalg/symmetric.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// A row-major square matrix as linalg takes it.
linalg::Matrix square(std::vector<double>& matrix, std::int64_t size);

// Factorises the lower triangle of `matrix` [size, size] in place. Errors: numeric, also when a pivot was lost in
// rounding.
void factor_or_refuse(std::vector<double>& matrix, std::int64_t size, double lambda);

// Weighted means of the features over the problem's rows [parameters].
std::vector<double> feature_means(RidgeProblem const& problem);

// [parameters, parameters], the lower triangle: the centred, weighted Gram matrix of the features, `means` being
// feature_means. Of additive features it is taken from counts, of others from written-out rows.
std::vector<double> feature_gram(RidgeProblem const& problem, std::vector<double> const& means);

// [rows, rows], column <= row only: positions in which two rows have the same letter, neither missing.
std::vector<std::int64_t> matching_letters(RidgeProblem const& problem);

// [rows, rows], column <= row only: one-hot ridge's kernel, same letters / lambda_additive + same pairs of letters /
// lambda_pair, plus the noise 1 / w. `same` as above.
std::vector<double> kernel_matrix(RidgeProblem const& problem, std::vector<std::int64_t> const& same, double lambda);

}  // namespace shoal::surrogate
