// SPDX-License-Identifier: MIT
// The noise about a linear surrogate's prediction: a normal law of one standard deviation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "surrogate/noise/noise_model.hpp"
#include "surrogate/observations.hpp"

namespace shoal::surrogate {

// One task's responses in a range of rows.
std::vector<double> response_column(Observations const& observations, std::int64_t task, kernels::RowRange rows);

// Its variance comes from rows outside the fit: 1 - R² of the validation rows at the chosen penalty, the best of
// `scores`, whose fits had not seen them. Without such scores it is the mean square of residual y - `predicted` over
// the rows that were fitted, which start at row 0.
NoiseModel linear_noise(Observations const& observations, std::int64_t task, std::span<double const> scores,
                        std::span<double const> predicted);

}  // namespace shoal::surrogate
