// SPDX-License-Identifier: MIT
// The data of a surrogate: sequences, one or several measurements of each, and which rows train, validate and test.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/library/gram.hpp"
#include "kernels/views.hpp"

namespace shoal::surrogate {

// Rows in contiguous groups. Callers whose rows are not in random order shuffle them first (a seeded permutation).
struct Split {
  kernels::RowRange train;       // from row 0
  kernels::RowRange validation;  // chooses lambda and stops iterations; then it is fitted too where a method says so
  kernels::RowRange test;        // rows that no fit sees
};

// Views of the caller's memory on the host.
struct Observations {
  kernels::MatrixView<std::uint8_t const> letters;  // [rows, length]: 0 … alphabet - 1, or missing_letter
  int alphabet = 4;
  std::string_view letter_names = {};            // names of the letters, for messages; empty: their codes
  kernels::MatrixView<double const> responses;   // [rows, tasks], finite
  std::span<double const> weights = {};          // [rows], positive; empty: all 1. Scaled by the caller
  std::span<double const> standard_errors = {};  // [rows], known noise of the responses (one task); may be empty
  Split split;

  std::int64_t rows() const { return letters.rows; }
  std::int64_t length() const { return letters.columns; }
  std::int64_t tasks() const { return responses.columns; }
};

// Errors: numeric, naming row and task, when a response, weight or standard error is not finite or not positive where
// it must be; config, when the split leaves no training row or ranges overlap.
void validate(Observations const& observations);

}  // namespace shoal::surrogate
