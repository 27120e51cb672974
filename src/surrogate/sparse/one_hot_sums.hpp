// SPDX-License-Identifier: MIT
// What a sparse fit needs of its data: sums of centred one-hot columns.
#pragma once

#include <vector>

#include "linalg/symmetric.hpp"
#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

// Columns are letters by position, [length, alphabet]; all sums are weighted and about weighted means.
struct OneHotSums {
  OneHotSums(Observations const& observations, kernels::RowRange rows, std::int64_t task);

  double gram(std::int64_t i, std::int64_t j) const { return matrix[i * size + j]; }
  // Parameters of effects [size], with the constant that makes the weighted residuals sum to 0.
  Parameters parameters(std::vector<double> const& effects) const;

  std::int64_t length = 0;
  int alphabet = 4;
  std::int64_t size = 0;
  double total = 0;            // weight
  double mean = 0;             // mean of the response
  double squares = 0;          // Σ w (y - mean)²
  std::vector<double> means;   // [size]
  std::vector<double> matrix;  // [size, size], both triangles
  std::vector<double> sides;   // [size]: Σ w (x - mean)(y - mean)
};

}  // namespace shoal::surrogate
