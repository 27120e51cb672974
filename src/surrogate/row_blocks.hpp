// SPDX-License-Identifier: MIT
// Which rows of a library train and which test a fit, and how training rows divide into folds.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/library/gram.hpp"
#include "surrogate/observations.hpp"

namespace shoal::surrogate {

// Rows left for training when `holdout` of them, rounded to the nearest row, are taken from the end.
std::int64_t training_rows(std::int64_t rows, double holdout);

// Rows for training, then for validation, then for testing: a share of each, one training row at least.
Split split_rows(std::int64_t rows, double validation, double holdout);

// Rows 0 … rows - 1 in `count` contiguous blocks, the first rows % count of them one row larger: scikit-learn's KFold
// without shuffling.
std::vector<kernels::RowRange> contiguous_blocks(std::int64_t rows, int count);

}  // namespace shoal::surrogate
