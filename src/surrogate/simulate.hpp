// SPDX-License-Identifier: MIT
// Measurements drawn from a fitted surrogate: MAVE-NN's simulate_dataset.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {

// y of every row: the noise model's quantile at a uniform random number of (seed, row, draw). `standard_errors` [rows]
// are read for known noise alone.
std::vector<double> simulated_measurements(SurrogateFit const& fit, SurrogatePredictions const& predictions,
                                           std::span<double const> standard_errors, std::uint64_t seed,
                                           std::uint32_t draw);

// Parametric bootstrap: the surrogate fitted again to `count` sets of simulated measurements of the same sequences and
// split, at the lambda of the first fit.
struct Bootstrap {
  std::vector<double> additive_deviation;  // [length, alphabet]: standard deviation over the refits (count - 1)
  std::vector<double> pair_deviation;      // [pairs, alphabet, alphabet]
  std::vector<double> r2;                  // [count], on the simulated test rows
};
Bootstrap bootstrap(device::Backend const& backend, Observations const& observations, SurrogateFit const& fit,
                    SurrogateOptions const& options, int count, std::uint64_t seed);

}  // namespace shoal::surrogate
