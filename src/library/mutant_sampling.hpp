// SPDX-License-Identifier: MIT
// From a design and a wild type to the tables that the mutation kernel reads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/library/mutate.hpp"
#include "library/library.hpp"

namespace shoal::library {

// How many of `sites` sites change in a mutant: `least` plus the number of thresholds at most a 64-bit uniform.
struct CountLaw {
  std::int32_t least = 0;
  std::vector<std::uint64_t> thresholds;  // ascending
};

// Mean number of changed sites of the laws that draw a number: ceil(rate * sites). A product within 1e-9 (relative) of
// a whole number is that number, so that 0.1 * 30 = 3.0000000000000004 means 3 (SQUID makes it 4).
std::int32_t mean_count(double rate, std::int32_t sites);

// Poisson(mean), clipped to `sites`. threshold k - least is 2^64 P(X <= k), rounded down.
CountLaw poisson_counts(std::int32_t mean, std::int32_t sites);

// Positions of [start, stop) that are not N.
std::vector<std::int32_t> known_sites(std::span<std::uint8_t const> codes, std::int64_t start, std::int64_t stop);

// A kernel's sampling with its tables on the host: the sampling's pointers are null.
struct HostSampling {
  kernels::MutantSampling sampling;
  std::vector<std::int32_t> sites;
  std::vector<std::uint64_t> thresholds;
};

// Without any known site in the window, the sampling changes nothing. The design must be valid for this wild type.
HostSampling make_sampling(Design const& design, std::uint64_t locus_identity, std::span<std::uint8_t const> wild_type);

}  // namespace shoal::library
